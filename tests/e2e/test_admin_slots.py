"""An administrator sets a slot up over HTTP, with every real part but the login."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
from attrs import evolve, frozen

from photochanger_adapters.memory.account_repo import MemoryAccountRepo
from photochanger_adapters.memory.tokens import MemoryTokens
from photochanger_cli.settings import ServerSettings
from photochanger_cli.wiring import open_ports
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor, Scope
from photochanger_core.domain.picture import sniff
from photochanger_web.app import create_app
from photochanger_web.config import WebConfig
from photochanger_web.server import serving
from tests.pictures import JPEG, PNG, picture
from tests.web.admin import token_for

from .parts import PASSWORD
from .watched_gemini import KEY, WatchedGemini, watched_gemini

SLOT: Final = "/api/slots/slot-002"
SAMPLE: Final = {
    "display_name": "Slot 1 (Gemini)",
    "provider": "gemini",
    "operation": "image_edit",
    "is_active": True,
    "size_limit_mb": 20,
    "sync_response_seconds": 48,
    "settings": {"prompt": "Studio portrait", "safety": "standard"},
}


@frozen
class Office:
    """Where an administrator works."""

    http: aiohttp.ClientSession
    url: str
    gemini: WatchedGemini

    async def ask(self, verb: str, path: str, status: int = 200, **how: Any) -> Mapping[str, Any]:
        async with self.http.request(verb, self.url + path, **how) as answer:
            told: Mapping[str, Any] = await answer.json()
            assert answer.status == status, told
            return told

    async def photographed(self) -> bytes:
        form = _form("fileToUpload", picture(JPEG), JPEG)
        form.add_field("password", PASSWORD)
        async with self.http.post(f"{self.url}/ingest/slot-002", data=form) as answer:
            content = await answer.read()
            assert answer.status == 200, content
            return content


def _form(name: str, content: bytes, kind: str) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field(name, content, filename="a", content_type=kind)
    return form


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    with watched_gemini() as gemini, socket.create_server(("127.0.0.1", 0)) as sock:
        settings = ServerSettings(
            data_dir=tmp_path,
            media_root=tmp_path / "media",
            gemini_api_key=KEY,
            gemini_base_url=gemini.url,
        )
        async with open_ports(settings) as opened:
            ports = evolve(opened, accounts=MemoryAccountRepo(), tokens=MemoryTokens())
            use = UseCases.over(ports)
            await use.configure_settings({"ingest_password": PASSWORD}, by=Actor(name="test"))
            app = create_app(lambda: nullcontext(use), WebConfig())
            bearer = {"Authorization": f"Bearer {await token_for(ports, *Scope)}"}
            async with serving(app, sock), aiohttp.ClientSession(headers=bearer) as http:
                yield Office(http, f"http://127.0.0.1:{sock.getsockname()[1]}", gemini)


async def test_a_slot_is_set_up_tried_used_and_brought_back(office: Office) -> None:
    template = await office.ask(
        "POST",
        "/api/template-media/register",
        201,
        data=_form("file", picture(PNG), PNG),
    )
    bound = [
        {"media_kind": "background", "media_object_id": template["template_media_id"]},
    ]
    sample = {**SAMPLE, "template_media": bound}
    saved = await office.ask("PUT", SLOT, json=sample)
    assert {name: saved[name] for name in sample} == sample
    assert (saved["version"], saved["model"]) == (2, "gemini-3.1-flash-image")

    trial = _form("test_image", picture(JPEG), JPEG)
    trial.add_field("slot_payload", json.dumps({"settings": {"prompt": "Another one"}}))
    tried = await office.ask(
        "POST", f"{SLOT}/test-run", data=trial, headers={"Accept": "application/json"}
    )
    assert tried["completed_in_seconds"] < 48
    async with office.http.get(tried["public_result_url"]) as stored:
        assert sniff(await stored.read()) == stored.content_type

    assert sniff(await office.photographed())
    assert len(office.gemini.photos) == 2
    [recent] = (await office.ask("GET", SLOT))["recent_results"]
    assert recent["job_id"] != tried["job_id"]

    await office.ask("PUT", SLOT, json={"settings": {"prompt": "x"}, "template_media": []})
    history = await office.ask("GET", f"{SLOT}/history")
    assert [one["version"] for one in history["versions"]] == [3, 2, 1]
    assert history["versions"][0]["changes"]["template_media"] == {"old": bound, "new": []}
    back = await office.ask("POST", f"{SLOT}/rollback", json={"version": 2})
    assert {name: back[name] for name in sample} == sample
    assert sniff(await office.photographed())


async def test_templates_and_pictures_are_looked_at_and_deleted(
    office: Office, tmp_path: Path
) -> None:
    form = _form("file", picture(PNG), PNG)
    media_id = (await office.ask("POST", "/api/template-media/register", 201, data=form))[
        "template_media_id"
    ]
    bound = [{"media_kind": "style", "media_object_id": media_id}]
    await office.ask("PUT", SLOT, json={**SAMPLE, "template_media": bound})
    path = f"{office.url}/api/template-media/{media_id}"
    async with office.http.get(f"{path}/preview") as answer:
        assert (answer.status, answer.content_type) == (200, "image/webp")
        assert sniff(await answer.read()) == "image/webp"
    await office.ask("DELETE", f"/api/template-media/{media_id}", 409)
    deleted = await office.ask("DELETE", f"/api/template-media/{media_id}?slot_id=slot-002")
    assert deleted["slot"] == {"slot_id": "slot-002", "version": 3}
    assert list((tmp_path / "media" / "templates").rglob("payload.*")) == []

    await office.photographed()
    [recent] = (await office.ask("GET", SLOT))["recent_results"]
    await office.ask("DELETE", f"/api/results/{recent['job_id']}")
    await office.ask("GET", f"/public/results/{recent['job_id']}", 410)
    assert list((tmp_path / "media" / "results").rglob("payload.*")) == []
    removed = await office.ask("POST", "/api/cleanup")
    assert removed["results"] == {"expired": 0, "lost": 0, "orphans": 0}


async def test_providers_are_described_from_their_schemas(office: Office) -> None:
    told = await office.ask("GET", "/api/providers?language=en")
    assert told["has_public_address"] is False
    operations = {
        (provider["provider"], one["operation"]): one
        for provider in told["providers"]
        for one in provider["operations"]
    }
    gemini = operations["gemini", "image_edit"]
    assert "gemini-3.1-flash-image" in gemini["models"]
    assert gemini["schema"]["title"] == "Edit a photo with Gemini"
    assert operations["turbotext", "style_transfer"]["requires_public_media"]
    assert "x-ru" not in json.dumps(told)
