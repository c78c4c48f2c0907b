"""Administrators look through guests' pictures, and find what was deleted on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import ResultExpired, ResultNotFound, ValidationFailed
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.place import Place
from photochanger_core.use_cases.browse_pictures import PicturePage
from tests.contract.samples import NOON, TTL, done, finished, job, job_id, running
from tests.memory_world import MemoryWorld

SERG = Actor(name="serg", address="203.0.113.7")


async def with_pictures(world: MemoryWorld, count: int) -> None:
    """Have pictures of all slots in turn; of each two one finished at the same moment."""
    begun = world.clock.now()
    for number in range(1, count + 1):
        slot, at = SLOT_IDS[number % 15], begun + timedelta(seconds=number // 2)
        one = job(number, slot_id=slot, started_at=at)
        await finished(world.jobs, done(one, begun + TTL))


def numbers(page: PicturePage) -> list[int]:
    return [int(one.job_id[-12:], 16) for one in page.jobs]


@pytest.mark.parametrize("count, limit", [(0, 3), (3, 3), (4, 3), (7, 3), (6, 1)])
async def test_one_page_leads_to_the_next_until_there_are_no_more(
    world: MemoryWorld, count: int, limit: int
) -> None:
    await with_pictures(world, count)
    page = await world.use.browse_pictures({"limit": limit})
    seen = numbers(page)
    while page.next_before is not None:
        before = page.next_before.name
        page = await world.use.browse_pictures({"limit": limit, "before": before})
        seen += numbers(page)

    assert seen == [*range(count, 0, -1)]


async def test_as_many_are_shown_as_in_a_gallery_unless_more_are_wanted(world: MemoryWorld) -> None:
    await with_pictures(world, 12)
    await world.use.configure_settings({"gallery_limit": 4}, by=SERG)
    page = await world.use.browse_pictures({})

    assert (len(page.jobs), page.usual, len(page.slots)) == (4, 4, 15)
    assert len((await world.use.browse_pictures({"limit": 100})).jobs) == 12


async def test_those_of_one_slot_are_shown_whoever_else_may_see_them(world: MemoryWorld) -> None:
    await with_pictures(world, 30)
    await world.use.configure_slot("slot-002", {"gallery": "off"}, settings={}, by=SERG)
    page = await world.use.browse_pictures({"slot_id": "slot-002"})

    assert numbers(page) == [16, 1]
    assert page.next_before is None


async def test_what_is_deleted_or_over_is_not_shown(world: MemoryWorld) -> None:
    await with_pictures(world, 2)
    await world.use.delete_result(job_id(2), by=SERG)
    assert numbers(await world.use.browse_pictures({})) == [1]
    with pytest.raises(ResultExpired):
        await world.use.browse_pictures.one(job_id(2))
    world.clock.stepped += timedelta(days=8)
    assert numbers(await world.use.browse_pictures({})) == []
    with pytest.raises(ResultExpired):
        await world.use.browse_pictures.one(job_id(1))


async def test_one_is_shown_with_its_slot(world: MemoryWorld) -> None:
    await with_pictures(world, 1)
    view = await world.use.browse_pictures.one(job_id(1))

    assert (view.job.job_id, view.slot.display_name) == (job_id(1), "Slot 2")


@pytest.mark.parametrize("text", ["x", job_id(1), job_id(2)])
async def test_where_there_is_no_picture_none_is_shown(world: MemoryWorld, text: str) -> None:
    await running(world.jobs, evolve(job(1), expires_at=NOON + TTL))
    with pytest.raises(ResultNotFound):
        await world.use.browse_pictures.one(text)


@pytest.mark.parametrize(
    "wanted",
    [
        {"slot_id": "slot-016"},
        {"slot_id": ""},
        {"limit": 0},
        {"limit": 101},
        {"limit": "ten"},
        {"before": "x"},
        {"status": "done"},
    ],
)
async def test_what_is_wrong_is_named(world: MemoryWorld, wanted: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationFailed) as caught:
        await world.use.browse_pictures(wanted)

    assert [problem.field for problem in caught.value.problems] == [*wanted]


async def test_a_deletion_is_found_on_record(world: MemoryWorld) -> None:
    await with_pictures(world, 2)
    receipt = await world.use.delete_result(job_id(1), by=SERG)
    found = await world.use.read_receipt(job_id(1))

    assert found is not None
    assert (found.actor, found.at, found.subject) == (SERG, receipt.at, job_id(1))
    assert found.details == {"slot_id": "slot-002", "sha256": receipt.result.sha256}
    assert await world.use.read_receipt(job_id(2)) is None
    assert await world.use.read_receipt("\0") is None


@given(st.datetimes(timezones=st.just(UTC)), st.integers(0, 2**40))
def test_a_place_is_found_by_its_name(moment: Any, number: int) -> None:
    place = Place(moment=moment, job_id=job_id(number))

    assert Place.named(place.name) == place
