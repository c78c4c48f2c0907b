"""GET /api/audit."""

from __future__ import annotations

import re
from typing import Any

import pytest

from photochanger_core.domain.account import Actor, Scope
from photochanger_core.domain.audit import AuditAction, AuditEntry

from .admin import Admin, admin, stranger
from .running_site import Site

AUDIT = "/api/audit"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


async def note(
    site: Site,
    subject: str,
    actor: str,
    action: AuditAction = AuditAction.SLOT_CHANGED,
    **details: object,
) -> None:
    await site.world.audit.note(
        AuditEntry(
            at=site.world.clock.now(),
            actor=Actor(name=actor),
            action=action,
            subject=subject,
            details=details,
        )
    )


async def page(admin: Admin, query: str = "") -> Any:
    reply = await admin.get(AUDIT + query)
    assert reply.status == 200
    return reply.json


def numbers(told: Any) -> list[int]:
    return [entry["number"] for entry in told["entries"]]


async def test_a_change_is_told_with_who_from_where_and_what(site: Site) -> None:
    serg = await admin(site)
    await serg.put("/api/settings", {"result_ttl_hours": 24, "ingest_password": "geheim"})

    [entry] = (await page(serg, "?limit=1"))["entries"]

    assert MOMENT.fullmatch(entry.pop("at"))
    assert entry == {
        "number": 1,
        "actor": "serg",
        "address": "127.0.0.1",
        "action": "settings_changed",
        "subject": "settings",
        "details": {
            "changes": {"result_ttl_hours": {"old": 72, "new": 24}, "ingest_password": "changed"}
        },
    }


async def test_keys_are_told_one_by_one_and_never_what_they_are(site: Site) -> None:
    serg = await admin(site)
    await serg.put("/api/settings", {"provider_keys": {"gemini": "AIza-1"}})
    await serg.put("/api/settings", {"provider_keys": {"gemini": None}})

    told = await page(serg, "?subject=gemini")

    assert [(entry["action"], entry["details"]) for entry in told["entries"]] == [
        ("provider_key_changed", {"changes": {"key": "removed"}}),
        ("provider_key_changed", {"changes": {"key": "changed"}}),
    ]


async def test_what_was_refused_is_not_told(site: Site) -> None:
    serg = await admin(site)
    await serg.put("/api/settings", {"result_ttl_hours": 0})
    await serg.put("/api/settings", {"result_ttl_hours": 24, "version": 99})
    await serg.put("/api/settings", {"result_ttl_hours": 72})

    assert numbers(await page(serg)) == []


async def test_entries_are_found_by_slot_subject_and_actor(site: Site) -> None:
    serg = await admin(site)
    for subject, actor in [("slot-001", "cli"), ("slot-002", "igor"), ("slot-001", "igor")]:
        await note(site, subject, actor)

    for query, found in {
        "?slot_id=slot-001": [3, 1],
        "?subject=slot-002": [2],
        "?actor=igor": [3, 2],
        "?actor=igor&slot_id=slot-001": [3],
        "?actor=nobody": [],
        "?slot_id=..%2Fslot-001": [],
    }.items():
        assert numbers(await page(serg, query)) == found


async def test_a_name_tried_at_the_door_is_not_about_a_slot(site: Site) -> None:
    serg = await admin(site)
    job = "00000000-0000-4000-8000-000000000001"
    await note(site, "slot-001", "?", AuditAction.LOGIN_FAILED)
    await note(site, job, "serg", AuditAction.RESULT_DELETED, slot_id="slot-001")

    assert numbers(await page(serg, "?slot_id=slot-001")) == [2]
    assert numbers(await page(serg, f"?slot_id=slot-001&subject={job}")) == [2]
    assert numbers(await page(serg, "?slot_id=slot-002")) == []


async def test_a_record_that_is_known_is_not_sent_again(site: Site) -> None:
    serg = await admin(site)
    await note(site, "slot-001", "serg")
    known = await serg.get(AUDIT)
    tag = known.headers["etag"]

    assert (await serg.get(AUDIT, if_none_match=tag)).status == 304
    await note(site, "slot-001", "serg")
    assert (await serg.get(AUDIT, if_none_match=tag)).status == 200


async def test_pages_lead_to_the_end(site: Site) -> None:
    serg = await admin(site)
    for _ in range(5):
        await note(site, "slot-001", "serg")

    first = await page(serg, "?limit=2")
    second = await page(serg, f"?limit=2&before={first['next_before']}")
    third = await page(serg, f"?limit=2&before={second['next_before']}")

    assert [numbers(told) for told in (first, second, third)] == [[5, 4], [3, 2], [1]]
    assert third["next_before"] is None


async def test_a_page_that_ends_with_the_last_entry_leads_nowhere(site: Site) -> None:
    serg = await admin(site)
    await note(site, "slot-001", "serg")

    assert (await page(serg, "?limit=2"))["next_before"] is None
    assert (await page(serg, "?actor=nobody"))["next_before"] is None


async def test_a_page_has_fifty_entries_if_nobody_says(site: Site) -> None:
    serg = await admin(site)
    for _ in range(110):
        await note(site, "slot-001", "serg")

    assert len((await page(serg))["entries"]) == 50
    assert len((await page(serg, "?limit=100"))["entries"]) == 100


@pytest.mark.parametrize(
    "query,field",
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=1.0", "limit"),
        ("limit=%D9%A3", "limit"),
        ("limit=", "limit"),
        ("before=0", "before"),
        ("before=x", "before"),
        ("before=9223372036854775808", "before"),
        ("before=" + "9" * 5000, "before"),
        ("actor=", "actor"),
        ("actor=%00", "actor"),
        ("slot_id=", "slot_id"),
        ("subject=" + "x" * 101, "subject"),
    ],
)
async def test_a_wrong_question_is_named(site: Site, query: str, field: str) -> None:
    reply = await (await admin(site)).get(f"{AUDIT}?{query}")

    assert (reply.status, reply.code) == (422, "validation_failed")
    [error] = reply.json["error"]["details"]["errors"]
    assert error["field"] == field


async def test_the_record_is_for_those_who_may_read_settings(site: Site) -> None:
    reader = await admin(site, [Scope.SETTINGS_READ], "reader")
    others = await admin(site, [Scope.SETTINGS_WRITE, Scope.SLOTS_READ], "others")

    assert (await reader.get(AUDIT)).status == 200
    assert ((await others.get(AUDIT)).status, (await stranger(site).get(AUDIT)).status) == (
        403,
        401,
    )
