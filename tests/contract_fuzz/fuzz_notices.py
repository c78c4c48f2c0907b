"""The fuzzer is no ornament: it goes red where a server departs from the contract."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web

from photochanger_core.domain.errors import (
    CoreError,
    Forbidden,
    RateLimited,
    ValidationFailed,
)
from photochanger_web import middleware
from photochanger_web.handlers import audit as handlers_audit
from photochanger_web.handlers import health
from tests.web.running_site import site_over
from tests.web.world import World

from .administrator import let_in
from .fuzzing import fuzz
from .judging import is_right_form, is_unknowable

FINE: Final = {"status": "ok"}


async def fuzzed(folder: Path, path: str = "/livez", *, logged_in: bool = False) -> frozenset[str]:
    only = ["--include-path", path, "--phases", "fuzzing", "--max-examples", "1"]
    async with site_over(World()) as site:
        await let_in(site.world)
        url = f"http://127.0.0.1:{site.port}"
        return await fuzz(url, folder, {}, *only, logged_in=logged_in)


@pytest.mark.parametrize(
    "answer, said",
    [
        (lambda: web.json_response({**FINE, "more": 1}), "Additional properties"),
        (lambda: web.json_response(FINE, status=202), "Received: 202"),
        (lambda: web.Response(text="ok"), "Undocumented Content-Type"),
        (lambda: web.json_response(FINE, status=500), "Server error"),
    ],
    ids=["a field more", "another status", "another type", "a bug"],
)
async def test_what_is_not_described(
    answer: Callable[[], web.Response], said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def livez(_: web.Request) -> web.Response:
        return answer()

    monkeypatch.setattr(health, "livez", livez)

    with pytest.raises(AssertionError, match=said):
        await fuzzed(tmp_path)


async def test_a_header_that_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(middleware, "HEADER", "X-Other-Id")

    with pytest.raises(AssertionError, match="X-Correlation-Id"):
        await fuzzed(tmp_path)


@pytest.mark.parametrize(
    "refusal, status",
    [
        (RateLimited(), 429),
        (Forbidden(), 403),
        (ValidationFailed([]), 422),
    ],
    ids=["as too many", "as not allowed", "for nothing"],
)
async def test_a_route_that_refuses_everybody(
    refusal: CoreError, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def audit(_: web.Request) -> web.Response:
        raise refusal

    monkeypatch.setattr(handlers_audit, "audit", audit)

    with pytest.raises(AssertionError, match=rf"Schema-valid request rejected[^❌]*\[{status}\]"):
        await fuzzed(tmp_path, "/api/audit", logged_in=True)


async def test_which_operations_were_answered_well(tmp_path: Path) -> None:
    assert await fuzzed(tmp_path) == {"GET /livez"}


async def test_a_route_where_nothing_is_ever_there(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="Missing test data"):
        await fuzzed(tmp_path, "/api/jobs/{job_id}")


@pytest.mark.parametrize(
    "field, code, passes",
    [
        ("settings.prompt", "unknown_setting", True),
        ("fallback.settings.prompt", "text_too_long", True),
        ("template_media[1].media_object_id", "no_such_template", True),
        ("template_media[1].media_kind", "not_one_of", False),
        ("fallback.share", "number_out_of_range", False),
        ("provider", "not_text", False),
        ("provider_keys.gemini", "not_an_api_key", False),
        ("password", "missing", True),
        ("password", "too_long", False),
    ],
)
def test_which_refusals_are_passed_over(field: str, code: str, passes: bool) -> None:
    problem = {"field": field, "code": code}
    wrong = {"field": "size_limit_mb", "code": "number_out_of_range"}

    def refused(*told: object) -> bool:
        return is_unknowable({"code": "validation_failed", "details": {"errors": told}}, None)

    assert refused(problem) is passes
    assert not refused(problem, wrong)
    assert not refused()


@pytest.mark.parametrize(
    "path, body, passes",
    [
        ("/ingest/{slot_id}", {"fileToUpload": b"", "password": 1.5, "time": 7}, True),
        ("/ingest/{slot_id}", {"password": 1.5}, False),
        ("/ingest/{slot_id}", {"fileToUpload": b"", "password": [1]}, False),
        ("/ingest/{slot_id}", b"", False),
        ("/api/login", {"username": 1, "password": 2}, False),
    ],
)
def test_which_forms_are_right(path: str, body: object, passes: bool) -> None:
    assert is_right_form(path, body) is passes
