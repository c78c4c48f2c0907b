"""What every `AuditPort` promises."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import ABOUT_ACCOUNTS, AuditAction, AuditEntry
from photochanger_core.ports.audit import AuditFilter, AuditPort

from .samples import NOON

EVERYTHING = AuditFilter()


def entry(
    subject: str = "settings", name: str = "serg", address: str | None = None, **more: Any
) -> AuditEntry:
    return AuditEntry(
        **{
            "at": NOON,
            "actor": Actor(name=name, address=address),
            "action": AuditAction.SETTINGS_CHANGED,
            "subject": subject,
            "details": {"changes": {"result_ttl_hours": {"old": 72, "new": 24}}, "ё": [None, 1.5]},
            **more,
        }
    )


async def numbers(audit: AuditPort, wanted: AuditFilter = EVERYTHING, limit: int = 9) -> list[int]:
    return [one.number or 0 for one in await audit.read(wanted, limit)]


async def test_what_was_noted_is_read_the_youngest_first(audit: AuditPort) -> None:
    first, second = entry(address="192.0.2.7"), entry("slot-001", "cli", details={})
    await audit.note(first)
    await audit.note(second)

    assert await audit.read(EVERYTHING, 9) == [evolve(second, number=2), evolve(first, number=1)]


async def test_without_entries_there_is_nothing_to_read(audit: AuditPort) -> None:
    assert await audit.read(EVERYTHING, 9) == []


async def test_numbers_grow_whatever_the_clock_says(audit: AuditPort) -> None:
    for year in (2030, 2020, 2026):
        await audit.note(entry(at=NOON.replace(year=year)))

    read = await audit.read(EVERYTHING, 9)
    assert [(one.number, one.at.year) for one in read] == [(3, 2026), (2, 2020), (1, 2030)]


async def test_entries_are_found_by_subject_and_by_actor(audit: AuditPort) -> None:
    for subject, actor in [("slot-001", "serg"), ("slot-002", "serg"), ("slot-001", "igor")]:
        await audit.note(entry(subject, actor))

    assert await numbers(audit, AuditFilter(subject="slot-001")) == [3, 1]
    assert await numbers(audit, AuditFilter(actor="serg")) == [2, 1]
    assert await numbers(audit, AuditFilter(subject="slot-001", actor="serg")) == [1]
    assert await numbers(audit, AuditFilter(subject="slot-00")) == []
    assert await numbers(audit, AuditFilter(actor="")) == []


async def test_entries_about_a_slot_are_those_of_its_jobs_too(audit: AuditPort) -> None:
    job = "00000000-0000-4000-8000-000000000001"
    of_first, of_second = {"slot_id": "slot-001", "sha256": "x"}, {"slot_id": "slot-002"}
    for one in (
        entry("slot-001", action=AuditAction.SLOT_CHANGED),
        entry(job, action=AuditAction.JOB_CANCELLED, details=of_first),
        entry(job, action=AuditAction.RESULT_DELETED, details=of_second),
        entry("slot-002", action=AuditAction.SLOT_CHANGED, details={"copied_from": "slot-001"}),
        entry("slot-001", "igor", action=AuditAction.CLEANED_UP, details={"slot_id": None}),
        entry(job, "igor", action=AuditAction.RESULT_DELETED, details=of_first),
    ):
        await audit.note(one)

    assert await numbers(audit, AuditFilter(slot_id="slot-001")) == [6, 5, 2, 1]
    assert await numbers(audit, AuditFilter(slot_id="slot-002")) == [4, 3]
    assert await numbers(audit, AuditFilter(slot_id="slot-00")) == []
    assert await numbers(audit, AuditFilter(slot_id="slot-001", subject=job)) == [6, 2]
    assert await numbers(audit, AuditFilter(slot_id="slot-001", actor="serg")) == [2, 1]
    assert await numbers(audit, AuditFilter(slot_id="slot-001", before=6), limit=2) == [5, 2]


@pytest.mark.parametrize("action", sorted(ABOUT_ACCOUNTS))
async def test_a_name_that_somebody_typed_is_no_slot(audit: AuditPort, action: AuditAction) -> None:
    await audit.note(entry("slot-001", action=action, details={"slot_id": "slot-001"}))

    assert await numbers(audit, AuditFilter(slot_id="slot-001")) == []
    assert await numbers(audit, AuditFilter(subject="slot-001")) == [1]


async def test_pages_lead_through_all_entries_once(audit: AuditPort) -> None:
    for _ in range(5):
        await audit.note(entry())

    assert await numbers(audit, limit=2) == [5, 4]
    assert await numbers(audit, AuditFilter(before=4), limit=2) == [3, 2]
    assert await numbers(audit, AuditFilter(before=2), limit=2) == [1]
    assert await numbers(audit, AuditFilter(before=1)) == []
    assert await numbers(audit, AuditFilter(before=2**63 - 1), limit=1) == [5]
    assert await numbers(audit, limit=0) == []


async def test_a_page_does_not_move_when_more_is_noted(audit: AuditPort) -> None:
    for _ in range(4):
        await audit.note(entry())
    before = await numbers(audit, AuditFilter(before=3))
    await audit.note(entry())

    assert await numbers(audit, AuditFilter(before=3)) == before == [2, 1]


async def test_text_that_cannot_be_stored_is_replaced_and_found_as_it_was_given(
    audit: AuditPort,
) -> None:
    await audit.note(
        entry(
            "a\0b",
            "\ud83d",
            "\0",
            details={"changes\0": ["\udc00", {"deep": "\0"}]},
        )
    )

    [kept] = await audit.read(AuditFilter(subject="a\0b", actor="\ud83d"), 9)
    assert kept.subject == "a\ufffdb"
    assert kept.actor == Actor(name="\ufffd", address="\ufffd")
    assert kept.details == {"changes\ufffd": ["\ufffd", {"deep": "\ufffd"}]}
