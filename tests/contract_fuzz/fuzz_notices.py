"""The fuzzer is no ornament: it goes red where a server departs from the contract."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web

from photochanger_web import middleware
from photochanger_web.handlers import health
from tests.web.conftest import site_over
from tests.web.world import World

from .fuzzing import fuzz

FINE: Final = {"status": "ok"}


async def fuzzed(folder: Path) -> None:
    only = ["--include-path", "/livez", "--phases", "fuzzing", "--max-examples", "1"]
    async with site_over(World()) as site:
        await fuzz(f"http://127.0.0.1:{site.port}", folder, {}, *only, logged_in=False)


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
