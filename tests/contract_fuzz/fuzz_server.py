"""The same with every real part: what a database cannot take is refused before it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from photochanger_core.domain.ids import SLOT_IDS
from tests.e2e.parts import Service, running_service
from tests.e2e.processes import PATIENCE
from tests.pictures import JPEG, PNG, picture

from .fuzzing import DESCRIBED, fuzz
from .hooks import CREDENTIALS

SHORT: Final = ("--max-examples", "5", "--phases", "examples,coverage,fuzzing", "--warnings", "off")
"""Without warnings: what is not there for so short a time is named below."""

NOT_ANSWERED_WELL: Final = {
    "GET /api/events",  # is not asked: its answer has no end
    "GET /public/provider-media/{media_id}",  # lends only while a job runs
}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A server that believes this machine about addresses, with an administrator."""
    with running_service(
        tmp_path,
        PHOTOCHANGER_T_SYNC_RESPONSE_SECONDS="10",
        PHOTOCHANGER_TRUSTED_PROXIES="127.0.0.1",
    ) as running:
        password = f"{CREDENTIALS['password']}\n"
        done = running.command("admin", "set-password", CREDENTIALS["username"], typed=password)
        assert done.returncode == 0, done.stderr
        yield running


async def test_an_administrator_is_answered_as_described(service: Service, tmp_path: Path) -> None:
    known = await _fill(service)

    answered = await fuzz(service.url, tmp_path, known, *SHORT, logged_in=True)

    assert DESCRIBED - answered == NOT_ANSWERED_WELL


async def _fill(service: Service) -> Mapping[str, Sequence[str]]:
    """Let something of everything be there, and return what leads to it."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(service.url, timeout=timeout) as http:
        async with http.post("/api/login", json=CREDENTIALS) as answer:
            token = (await answer.json())["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        form = aiohttp.FormData()
        form.add_field("file", picture(PNG), filename="a.png", content_type=PNG)
        async with http.post("/api/template-media/register", data=form) as answer:
            template = (await answer.json())["template_media_id"]
        async with http.post("/api/gallery/share") as answer:
            token = (await answer.json())["token"]
        change = {"ingest_password_required": False, "gallery": "open"}
        async with http.put("/api/slots/slot-001", json=change) as answer:
            assert answer.status == HTTPStatus.OK
        for slot_id in SLOT_IDS[1:]:  # some have a provider for which there is no key
            async with http.post(f"/api/slots/{slot_id}/copy-from/slot-001") as answer:
                assert answer.status == HTTPStatus.OK
    sent = await service.send(picture(JPEG))
    return {
        "path.media_id": [template],
        "path.job_id": [sent.head.headers["x-job-id"]],
        "path.token": [token],
        "path.name": ["gemini", "turbotext"],
        "header.If-Match": ["*"],
    }
