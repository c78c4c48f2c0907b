"""Administrators set slots up."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest

from photochanger_core.domain.account import Scope
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.ids import SLOT_IDS

from .admin import Admin, admin_of
from .booth import captured, file, post
from .running_site import Site

SLOT: Final = "/api/slots/slot-001"
PNG: Final = b"\x89PNG\r\n\x1a\nwaves"


@pytest.fixture
async def admin(site: Site) -> Admin:
    return await admin_of(site)


async def version(site: Site) -> int:
    return (await site.world.slots.all())[0].version


async def problems(site: Site, admin: Admin, body: object) -> set[str]:
    """Return the fields that are refused; nothing may have changed."""
    before = await site.world.slots.all()
    reply = await admin.ask("PUT", SLOT, body)
    assert (reply.status, reply.code) == (422, "validation_failed")
    assert await site.world.slots.all() == before
    return {error["field"] for error in reply.json["error"]["details"]["errors"]}


async def test_the_list_tells_of_all_slots(admin: Admin) -> None:
    reply = await admin.ask("GET", "/api/slots")

    assert reply.status == 200
    listed = reply.json["slots"]
    assert [slot["slot_id"] for slot in listed] == list(SLOT_IDS)
    assert listed[0] == {
        "slot_id": "slot-001",
        "display_name": "Slot 1",
        "provider": "gemini",
        "operation": "image_edit",
        "model": "gemini-3.1-flash-image",
        "is_active": True,
        "gallery": "open",
        "gallery_path": "/public/slots/slot-001",
        "ingest_path": "/ingest/slot-001",
        "ingest_password_required": True,
        "ingest_password_set": False,
        "version": 1,
        "updated_at": "2026-11-21T00:00:00.000Z",
        "updated_by": "setup",
    }


async def test_a_list_that_has_not_changed_is_not_sent_again(admin: Admin) -> None:
    tag = (await admin.ask("GET", "/api/slots")).headers["etag"]
    known = [f"if-none-match: {tag}"]
    again = await admin.ask("GET", "/api/slots", extra=known)
    assert (again.status, again.body) == (304, b"")
    await admin.ask("PUT", SLOT, {"display_name": "Forest"})
    assert (await admin.ask("GET", "/api/slots", extra=known)).status == 200


async def test_a_slot_tells_everything_but_its_secrets(site: Site, admin: Admin) -> None:
    await admin.ask("PUT", SLOT, {"ingest_password": "geheim", "gallery": "key"})
    photo = await post(site.port, captured())
    assert photo.status == 401
    await admin.ask("PUT", SLOT, {"ingest_password": None})
    photo = await post(site.port, captured())

    reply = await admin.ask("GET", SLOT)
    told = reply.json
    [recent] = told.pop("recent_results")
    assert recent["job_id"] == photo.headers["x-job-id"]
    assert recent["result_url"].endswith(f"/public/results/{recent['job_id']}")
    assert recent["preview_url"].endswith(f"/public/results/{recent['job_id']}/preview")
    assert told.pop("updated_at").endswith("Z")
    assert told.pop("settings").keys() == {"prompt", "model"}
    assert told.pop("retry").keys() == {
        "no_picture_tries",
        "no_picture_pause_seconds",
        "error_tries",
        "error_pause_seconds",
        "after_ambiguous",
    }
    assert told == {
        "slot_id": "slot-001",
        "display_name": "Slot 1",
        "provider": "gemini",
        "operation": "image_edit",
        "model": "gemini-3.1-flash-image",
        "is_active": True,
        "size_limit_mb": 15,
        "sync_response_seconds": None,
        "template_media": [],
        "ingest_password_required": True,
        "ingest_password_set": False,
        "max_input_edge": 3072,
        "output_format": "as_input",
        "output_fit": "none",
        "output_width": None,
        "output_height": None,
        "fallback": None,
        "on_failure": "error",
        "late_result": "drop",
        "reply": "image",
        "dedupe_seconds": None,
        "daily_call_limit": 0,
        "gallery": "key",
        "gallery_path": "/public/slots/slot-001?key=gallery-key",
        "ingest_path": "/ingest/slot-001",
        "version": 3,
        "updated_by": "serg",
    }
    assert reply.headers["etag"] == '"3"'


async def test_the_briefs_sample_is_taken_as_it_is(site: Site, admin: Admin) -> None:
    site.world.new_media_id = iter(["8b6f0fa6b5b0459fb887c249f2eb5b21"]).__next__  # type: ignore[assignment]
    sample: dict[str, Any] = {
        "display_name": "Slot 1 (Gemini)",
        "provider": "gemini",
        "operation": "image_edit",
        "is_active": True,
        "size_limit_mb": 20,
        "sync_response_seconds": 48,
        "settings": {"prompt": "Studio portrait", "safety": "standard"},
        "template_media": [
            {"media_kind": "background", "media_object_id": "0" * 31 + "1"},
        ],
    }
    assert await problems(site, admin, sample) == {"template_media[0].media_object_id"}
    registered = await admin.send(
        "/api/template-media/register", [file(PNG, name="file", declared="image/png")]
    )
    assert registered.json["template_media_id"] == "0" * 31 + "1"

    reply = await admin.ask("PUT", SLOT, sample)
    assert reply.status == 200
    assert {name: reply.json[name] for name in sample} == sample
    assert (reply.json["version"], reply.headers["etag"]) == (2, '"2"')
    assert (await admin.ask("GET", SLOT)).json == reply.json


async def test_settings_are_put_in_place_of_those_there_were(admin: Admin) -> None:
    reply = await admin.ask("PUT", SLOT, {"settings": {"prompt": "a beach", "seed": None}})
    assert reply.json["settings"] == {"prompt": "a beach"}
    reply = await admin.ask("PUT", SLOT, {"is_active": False})
    assert reply.json["settings"] == {"prompt": "a beach"}


async def test_booths_see_a_change_with_their_next_photo(site: Site, admin: Admin) -> None:
    assert (await post(site.port, captured())).status == 200
    await admin.ask("PUT", SLOT, {"is_active": False})
    assert (await post(site.port, captured())).code == "slot_disabled"


@pytest.mark.parametrize(
    "stale",
    [
        {"body": {"version": 1}},
        {"extra": ['if-match: "1"']},
        {"extra": ['if-match: "x"']},
        {"body": {"version": 2}, "extra": ['if-match: "1"']},
    ],
)
async def test_a_change_that_is_meant_for_another_version_is_not_made(
    site: Site, admin: Admin, stale: dict[str, Any]
) -> None:
    await admin.ask("PUT", SLOT, {})
    body = {"display_name": "mine", **stale.pop("body", {})}

    reply = await admin.ask("PUT", SLOT, body, **stale)
    assert (reply.status, reply.code) == (409, "version_conflict")
    assert reply.json["error"]["details"] == {"version": 2}
    assert await version(site) == 2


@pytest.mark.parametrize(
    "fresh",
    [
        {"body": {"version": 1}},
        {"extra": ['if-match: "1"']},
        {"extra": ['if-match: "7", "1"']},
        {"extra": ['if-match: W/"1"']},
        {"extra": ["if-match: *"]},
        {"body": {"version": 1}, "extra": ['if-match: "1"']},
    ],
)
async def test_a_change_that_is_meant_for_this_version_is_made(
    admin: Admin, fresh: dict[str, Any]
) -> None:
    reply = await admin.ask("PUT", SLOT, fresh.pop("body", {}), **fresh)
    assert (reply.status, reply.json["version"]) == (200, 2)


async def test_an_if_match_without_tags_is_refused(site: Site, admin: Admin) -> None:
    reply = await admin.ask("PUT", SLOT, {}, extra=["if-match: 1"])
    assert (reply.status, reply.json["error"]["details"]["field"]) == (400, "If-Match")
    assert await version(site) == 1


async def test_of_two_who_save_at_once_one_is_told(site: Site, admin: Admin) -> None:
    bodies = [{"display_name": name, "settings": {"prompt": name}, "version": 1} for name in "ab"]
    replies = await asyncio.gather(*(admin.ask("PUT", SLOT, body) for body in bodies))

    saved, refused = sorted(replies, key=lambda reply: reply.status)
    assert (saved.status, refused.status) == (200, 409)
    assert refused.json["error"]["details"] == {"version": 2}
    stored = (await site.world.slots.all())[0]
    assert stored.version == 2
    assert stored.settings == {"prompt": stored.display_name}


@pytest.mark.parametrize(
    "body, fields",
    [
        ({"colour": "red"}, {"colour"}),
        ({"slot_id": "slot-002", "updated_by": "x"}, {"slot_id", "updated_by"}),
        ({"ingest_password_hash": "x"}, {"ingest_password_hash"}),
        ({"gallery_key": "x"}, {"gallery_key"}),
        ({"is_active": "true", "size_limit_mb": -1}, {"is_active", "size_limit_mb"}),
        ({"size_limit_mb": 10**30}, {"size_limit_mb"}),
        ({"daily_call_limit": -1}, {"daily_call_limit"}),
        ({"display_name": ["x"]}, {"display_name"}),
        ({"settings": None}, {"settings"}),
        ({"settings": "prompt"}, {"settings"}),
        ({"settings": {"invalid": 1}}, {"settings.invalid"}),
        ({"fallback": {"provider": "gemini"}}, {"fallback.operation"}),
        ({"retry": {"error_tries": 99}}, {"retry.error_tries"}),
        (
            {"template_media": [{"media_kind": "hat", "media_object_id": "x"}]},
            {"template_media[0].media_kind"},
        ),
        ({"provider": "nobody"}, {"provider"}),
        ({"version": "1"}, {"version"}),
        ({"version": True}, {"version"}),
        ({"version": 10**30}, {"version"}),
        ({"version": None}, {"version"}),
    ],
)
async def test_what_is_wrong_is_named(
    site: Site, admin: Admin, body: object, fields: set[str]
) -> None:
    assert await problems(site, admin, body) == fields


@pytest.mark.parametrize(
    "content, status",
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b'"text"', 400),
        (b'{"display_name": "a\xff"}', 400),
        (b'{"display_name": "a\\u0000"}', 400),
        (b'{"settings": {"a\\u0000": 1}}', 400),
        (b'{"display_name": "\\ud800"}', 400),
        (b'{"settings": {"x": NaN}}', 400),
        (b'{"settings": {"x": 1e999}}', 400),
        (b'{"size_limit_mb": ' + b"9" * 5000 + b"}", 400),
        (b'{"settings": ' + b'{"a":' * 30 + b"1" + b"}" * 30 + b"}", 400),
        (b'{"settings": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
        (b'{"display_name": "' + b"x" * 10_000_000 + b'"}', 413),
    ],
)
async def test_what_is_no_good_json_is_refused(
    site: Site, admin: Admin, content: bytes, status: int
) -> None:
    assert (await admin.ask("PUT", SLOT, content)).status == status
    assert await version(site) == 1


async def test_a_name_that_stands_twice_is_refused(site: Site, admin: Admin) -> None:
    reply = await admin.ask("PUT", SLOT, b'{"display_name": "a", "display_name": "b"}')

    assert (reply.status, reply.code) == (400, "invalid_request")
    assert reply.json["error"]["details"] == {"field": "body.display_name", "problem": "repeated"}
    assert await version(site) == 1


@pytest.mark.parametrize(
    "slot",
    ["slot-016", "SLOT-001", "..%2F..%2Fetc", "slot-001%2F..%2Fslot-002", "%00", "%FF", "slot-1"],
)
async def test_there_are_no_other_slots(admin: Admin, slot: str) -> None:
    for verb, path, body in [
        ("GET", f"/api/slots/{slot}", None),
        ("PUT", f"/api/slots/{slot}", {}),
        ("GET", f"/api/slots/{slot}/history", None),
        ("POST", f"/api/slots/{slot}/rollback", {"version": 1}),
        ("POST", f"/api/slots/{slot}/reset", None),
        ("POST", f"/api/slots/slot-001/copy-from/{slot}", None),
        ("POST", f"/api/slots/{slot}/cleanup", None),
    ]:
        reply = await admin.ask(verb, path, body)
        assert (reply.status, reply.code) == (404, "slot_not_found"), path


async def test_no_slots_can_be_made(admin: Admin) -> None:
    reply = await admin.ask("POST", "/api/slots", {"display_name": "16"})
    assert (reply.status, reply.code) == (405, "method_not_allowed")


async def test_a_slot_is_reset_and_switched_off(site: Site, admin: Admin) -> None:
    await admin.ask("PUT", SLOT, {"display_name": "x", "ingest_password": "x", "gallery": "off"})
    reply = await admin.ask("POST", f"{SLOT}/reset", extra=['if-match: "2"'])

    assert reply.status == 200
    assert reply.json["version"] == 3
    told = {name: reply.json[name] for name in ("display_name", "is_active", "gallery")}
    assert told == {"display_name": "Slot 1", "is_active": False, "gallery": "open"}
    assert reply.json["ingest_password_set"] is False
    assert reply.json["settings"].keys() == {"prompt", "model"}
    stale = await admin.ask("POST", f"{SLOT}/reset", extra=['if-match: "2"'])
    assert stale.code == "version_conflict"
    assert site.world.audit.entries[-1].action is AuditAction.SLOT_RESET


async def test_a_slot_is_set_up_as_another_one(admin: Admin) -> None:
    await admin.ask("PUT", SLOT, {"settings": {"prompt": "a beach"}, "ingest_password": "x"})
    reply = await admin.ask("POST", "/api/slots/slot-002/copy-from/slot-001")

    assert (reply.status, reply.json["slot_id"]) == (200, "slot-002")
    assert (reply.json["display_name"], reply.json["version"]) == ("Slot 2", 2)
    assert reply.json["settings"] == {"prompt": "a beach"}
    assert reply.json["ingest_password_set"] is False


READS: Final = [
    ("GET", "/api/slots"),
    ("GET", SLOT),
    ("GET", f"{SLOT}/history"),
    ("GET", "/api/providers"),
    ("GET", "/api/template-media"),
    ("GET", f"/api/template-media/{'0' * 32}/preview"),
]
WRITES: Final = [
    ("PUT", SLOT),
    ("POST", f"{SLOT}/reset"),
    ("POST", f"{SLOT}/copy-from/slot-002"),
    ("POST", f"{SLOT}/rollback"),
    ("POST", f"{SLOT}/test-run"),
    ("POST", f"{SLOT}/cleanup"),
    ("POST", "/api/cleanup"),
    ("POST", "/api/template-media/register"),
    ("DELETE", f"/api/template-media/{'0' * 32}"),
    ("POST", "/api/media/register"),
    ("POST", "/api/jobs/00000000-0000-4000-8000-000000000001/cancel"),
    ("DELETE", "/api/results/00000000-0000-4000-8000-000000000001"),
]


@pytest.mark.parametrize("verb, path", READS + WRITES)
async def test_only_administrators_get_in(site: Site, verb: str, path: str) -> None:
    for token in (None, "forged"):
        reply = await Admin(site.port, token).ask(verb, path)
        assert (reply.status, reply.code) == (401, "unauthorized")


@pytest.mark.parametrize("verb, path", READS + WRITES)
async def test_everybody_may_do_what_their_account_may(site: Site, verb: str, path: str) -> None:
    needed = Scope.SLOTS_READ if (verb, path) in READS else Scope.SLOTS_WRITE
    others = await admin_of(site, *(set(Scope) - {needed}))
    reply = await others.ask(verb, path)
    assert (reply.status, reply.code) == (403, "forbidden")
    its_own = await (await admin_of(site, needed)).ask(verb, path)
    assert its_own.status not in (401, 403)
