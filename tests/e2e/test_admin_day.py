"""A day of an administrator, told over HTTP alone to a server with every real part."""

from __future__ import annotations

import json
from typing import Any, Final

import aiohttp

from photochanger_core.domain.picture import sniff
from tests.pictures import JPEG, PNG, picture

from .parts import Service

SLOT: Final = "/api/slots/slot-003"
NEW_PASSWORD: Final = "654321"


class Office:
    """An administrator at work, logged in or not."""

    def __init__(self, service: Service, http: aiohttp.ClientSession) -> None:
        self._url = service.url
        self._http = http
        self._headers: dict[str, str] = {}

    async def log_in(self, password: str) -> None:
        said = await self.ask("POST", "/api/login", json={"username": "serg", "password": password})
        self._headers = {"Authorization": f"Bearer {said['access_token']}"}

    async def ask(self, verb: str, path: str, status: int = 200, **how: Any) -> Any:
        how["headers"] = {**self._headers, **how.get("headers", {})}
        async with self._http.request(verb, self._url + path, **how) as answer:
            told = await answer.json()
            assert answer.status == status, told
            return told


def form(name: str, content: bytes, kind: str) -> aiohttp.FormData:
    data = aiohttp.FormData()
    data.add_field(name, content, filename="a", content_type=kind)
    return data


async def test_a_day_of_an_administrator(service: Service, http: aiohttp.ClientSession) -> None:
    office = Office(service, http)
    await office.ask("GET", "/api/slots", 401)
    first_password = service.first_passwords()["serg"]
    await office.log_in(first_password)

    template = await office.ask(
        "POST", "/api/template-media/register", 201, data=form("file", picture(PNG), PNG)
    )
    bound = {"media_kind": "background", "media_object_id": template["template_media_id"]}
    saved = await office.ask(
        "PUT",
        SLOT,
        json={
            "provider": "gemini",
            "operation": "image_edit",
            "settings": {"prompt": "On a beach"},
            "template_media": [bound],
            "is_active": True,
            "version": 1,
        },
    )
    assert saved["version"] == 2
    stale = await office.ask("PUT", SLOT, 409, json={"display_name": "mine", "version": 1})
    assert stale["error"]["details"] == {"version": 2}

    await office.ask("PUT", "/api/settings", json={"ingest_password": NEW_PASSWORD})
    refused = await service.send(slot="slot-003")
    assert refused.head.status == 401

    trial = form("test_image", picture(JPEG), JPEG)
    trial.add_field("slot_payload", json.dumps({"settings": {"prompt": "In a forest"}}))
    wants_json = {"Accept": "application/json"}
    tried = await office.ask("POST", f"{SLOT}/test-run", data=trial, headers=wants_json)

    taken = await service.send(slot="slot-003", password=NEW_PASSWORD)
    assert (taken.head.status, sniff(taken.body)) == (200, JPEG)

    figures = await office.ask("GET", "/api/stats/slots/slot-003")
    assert (figures["jobs_last_window"], figures["ui_tests_last_window"]) == (1, 1)
    listed = await office.ask("GET", "/api/jobs?slot_id=slot-003")
    assert [job["source"] for job in listed["jobs"]] == ["ingest", "ui_test"]
    assert listed["jobs"][1]["job_id"] == tried["job_id"]

    await office.ask("PUT", SLOT, json={"settings": {"prompt": "x"}, "template_media": []})
    back = await office.ask("POST", f"{SLOT}/rollback", json={"version": 2})
    assert (back["version"], back["settings"]["prompt"]) == (4, "On a beach")
    assert [one["media_object_id"] for one in back["template_media"]] == [bound["media_object_id"]]

    audit = await office.ask("GET", "/api/audit?actor=serg")
    assert [entry["action"] for entry in audit["entries"]] == [
        "slot_rolled_back",
        "slot_changed",
        "slot_tested",
        "settings_changed",
        "slot_changed",
        "template_registered",
        "logged_in",
    ]
    assert {entry["address"] for entry in audit["entries"]} == {"127.0.0.1"}
    for secret in (NEW_PASSWORD, first_password):
        assert secret not in json.dumps(audit)
        assert secret not in service.server.errors
