"""Administrators look back, and go back."""

from __future__ import annotations

from typing import Any, Final

import pytest

from photochanger_core.domain.account import Scope
from photochanger_core.domain.audit import AuditAction

from .admin import Admin, admin_of, token_for
from .booth import file
from .running_site import Site

SLOT: Final = "/api/slots/slot-001"
PNG: Final = b"\x89PNG\r\n\x1a\nwaves"


@pytest.fixture
async def admin(site: Site) -> Admin:
    return await admin_of(site)


async def history(admin: Admin, query: str = "") -> Any:
    reply = await admin.ask("GET", f"{SLOT}/history{query}")
    assert reply.status == 200
    return reply.json


async def test_a_history_tells_who_changed_what(site: Site, admin: Admin) -> None:
    other = Admin(site.port, await token_for(site.world, *Scope, name="igor"))
    await admin.ask("PUT", SLOT, {"display_name": "Forest", "settings": {"prompt": "a forest"}})
    await other.ask("PUT", SLOT, {"ingest_password": "geheim", "retry": {"error_tries": 2}})

    told = await history(admin)
    assert (told["slot_id"], told["next_before"]) == ("slot-001", None)
    third, second, first = told["versions"]
    assert [one["version"] for one in told["versions"]] == [3, 2, 1]
    assert [one["by"] for one in told["versions"]] == ["igor", "serg", "setup"]
    assert first["at"] == "2026-11-21T00:00:00.000Z"
    assert first["changes"] == {}
    assert second["changes"]["display_name"] == {"old": "Slot 1", "new": "Forest"}
    assert second["changes"]["settings.prompt"]["new"] == "a forest"
    assert second["changes"]["settings.model"] == {"old": "gemini-3.1-flash-image", "new": None}
    assert second["changes"].keys() == {"display_name", "settings.prompt", "settings.model"}
    assert third["changes"].keys() == {"retry"}
    assert third["changes"]["retry"]["new"]["error_tries"] == 2


async def test_a_history_comes_in_pages(admin: Admin) -> None:
    for name in "abcd":
        await admin.ask("PUT", SLOT, {"display_name": name})

    page = await history(admin, "?limit=2")
    assert [one["version"] for one in page["versions"]] == [5, 4]
    assert page["versions"][-1]["changes"] == {"display_name": {"old": "b", "new": "c"}}
    assert page["next_before"] == 4
    page = await history(admin, "?limit=2&before=4")
    assert [one["version"] for one in page["versions"]] == [3, 2]
    page = await history(admin, f"?limit=2&before={page['next_before']}")
    assert [one["version"] for one in page["versions"]] == [1]
    assert page["next_before"] is None


@pytest.mark.parametrize(
    "query, field",
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=1.0", "limit"),
        (f"limit={'9' * 5000}", "limit"),
        ("limit=%D9%A3", "limit"),
        ("before=0", "before"),
        ("before=-5", "before"),
        ("before=x", "before"),
        (f"before={10**20}", "before"),
    ],
)
async def test_a_page_that_cannot_be_is_refused(admin: Admin, query: str, field: str) -> None:
    reply = await admin.ask("GET", f"{SLOT}/history?{query}")
    assert (reply.status, reply.code) == (422, "validation_failed")
    [error] = reply.json["error"]["details"]["errors"]
    assert error["field"] == field


async def test_a_slot_is_brought_back_as_a_new_version(site: Site, admin: Admin) -> None:
    before = (await admin.ask("GET", SLOT)).json
    await admin.ask("PUT", SLOT, {"display_name": "x", "settings": {}, "gallery": "off"})
    await admin.ask("PUT", SLOT, {"ingest_password": "geheim"})

    reply = await admin.ask("POST", f"{SLOT}/rollback", {"version": 1}, extra=['if-match: "3"'])
    assert reply.status == 200
    after = reply.json
    assert (after["version"], reply.headers["etag"]) == (4, '"4"')
    assert after["ingest_password_set"] is True
    own = ("version", "updated_at", "updated_by", "ingest_password_set")
    for name in own:
        before.pop(name), after.pop(name)
    assert after == before
    entry = site.world.audit.entries[-1]
    assert (entry.action, entry.details["to_version"]) == (AuditAction.SLOT_ROLLED_BACK, 1)
    changes = entry.details["changes"]
    assert isinstance(changes, dict)
    assert changes["display_name"] == {"old": "x", "new": "Slot 1"}


async def test_a_version_whose_template_is_gone_is_not_brought_back(admin: Admin) -> None:
    picture = [file(PNG, name="file", declared="image/png")]
    media_id = (await admin.send("/api/template-media/register", picture)).json["template_media_id"]
    bound = [{"media_kind": "style", "media_object_id": media_id}]
    await admin.ask("PUT", SLOT, {"template_media": bound})
    deleted = await admin.ask("DELETE", f"/api/template-media/{media_id}?slot_id=slot-001")
    assert deleted.json == {
        "template_media_id": media_id,
        "slot": {"slot_id": "slot-001", "version": 3},
    }

    reply = await admin.ask("POST", f"{SLOT}/rollback", {"version": 2})
    assert (reply.status, reply.code) == (422, "validation_failed")
    [error] = reply.json["error"]["details"]["errors"]
    assert error["field"] == "template_media[0].media_object_id"
    assert (await admin.ask("GET", SLOT)).json["version"] == 3


@pytest.mark.parametrize(
    "body, status, fields",
    [
        ({"version": 2}, 422, {"version"}),
        ({"version": 0}, 422, {"version"}),
        ({"version": -1}, 422, {"version"}),
        ({"version": 10**30}, 422, {"version"}),
        ({"version": "1"}, 422, {"version"}),
        ({"version": 1.5}, 422, {"version"}),
        ({"version": True}, 422, {"version"}),
        ({}, 422, {"version"}),
        ({"version": 1, "more": 1}, 422, {"more"}),
    ],
)
async def test_there_are_no_other_versions(
    site: Site, admin: Admin, body: object, status: int, fields: set[str]
) -> None:
    reply = await admin.ask("POST", f"{SLOT}/rollback", body)
    assert reply.status == status
    errors = reply.json["error"]["details"]["errors"]
    assert {error["field"] for error in errors} == fields
    assert (await site.world.slots.all())[0].version == 1


async def test_a_rollback_that_is_meant_for_another_version_is_not_made(admin: Admin) -> None:
    await admin.ask("PUT", SLOT, {"display_name": "x"})
    reply = await admin.ask("POST", f"{SLOT}/rollback", {"version": 1}, extra=['if-match: "1"'])
    assert (reply.status, reply.code) == (409, "version_conflict")
