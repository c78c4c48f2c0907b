"""Administrators look on while things change, as long as they may."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial

import pytest
from attrs import evolve

from photochanger_core.domain.account import Account, Actor, Scope
from photochanger_core.domain.changes import (
    Change,
    JobChanged,
    Missed,
    ResultRemoved,
    SettingsChanged,
    SlotChanged,
)
from photochanger_core.domain.errors import QueueUnavailable, RateLimited
from photochanger_core.domain.job import JobStatus
from photochanger_core.use_cases.watch_changes import HEARTBEAT, MOST_A_SECOND, MOST_WATCHING, Watch
from tests.ingesting import FIRST, SLOT, sent
from tests.logins import HERE, give_account, log_in
from tests.memory_world import MemoryWorld

SERG = Actor(name="serg", address=HERE)

Check = Callable[[], Awaitable[object]]


async def may() -> None:
    """Say yes."""


@pytest.fixture
async def account(world: MemoryWorld) -> Account:
    return await give_account(world, scopes=["stats:read"])


@pytest.fixture
async def check(world: MemoryWorld, account: Account) -> Check:
    token = (await log_in(world)).token
    return partial(world.use.authorise, token, Scope.STATS_READ)


async def seen(watch: Watch, number: int) -> list[Change | None]:
    return [await anext(watch) for _ in range(number)]


async def is_over(watch: Watch) -> bool:
    """Whether nothing comes any more, but for what was to be seen already."""
    return [one async for one in watch if one is None] == []


async def test_a_photo_and_what_becomes_of_it_are_seen(world: MemoryWorld) -> None:
    await world.use.configure_settings({"ingest_password": "123456"}, by=SERG)
    with world.use.watch_changes(may) as watch:
        assert await seen(watch, 1) == [Missed()]
        await sent(world)
        await world.use.delete_result(FIRST, by=SERG)
        await world.use.configure_slot(SLOT, {"display_name": "🙂"}, settings={}, by=SERG)
        await world.use.configure_settings({"gallery_limit": 3}, by=SERG)
        statuses = JobStatus.PENDING, JobStatus.PROCESSING, JobStatus.DONE
        assert await seen(watch, 6) == [
            *(JobChanged(job_id=FIRST, slot_id=SLOT, status=status) for status in statuses),
            ResultRemoved(job_id=FIRST, slot_id=SLOT),
            SlotChanged(slot_id=SLOT, version=2),
            SettingsChanged(),
        ]


async def test_there_are_signs_of_life_when_nothing_happens(world: MemoryWorld) -> None:
    with world.use.watch_changes(may) as watch:
        assert await seen(watch, 3) == [Missed(), None, None]
        assert world.clock.monotonic() == 2 * HEARTBEAT


async def test_and_when_a_lot_does(world: MemoryWorld) -> None:
    with world.use.watch_changes(may) as watch:
        await seen(watch, 1)
        for _ in range(250):
            world.changes.tell(SettingsChanged())
        await asyncio.sleep(HEARTBEAT)
        assert await seen(watch, 2) == [None, SettingsChanged()]


async def test_a_flood_is_seen_as_so_many_changes_a_second_and_nothing_is_lost(
    world: MemoryWorld,
) -> None:
    told = [0]

    async def flood() -> None:
        for version in range(10_000):
            world.changes.tell(SlotChanged(slot_id=SLOT, version=version))
            told.append(version)
            await asyncio.sleep(0.0005)

    with world.use.watch_changes(may) as watch:
        flooding = asyncio.create_task(flood())
        moments, known = [], 0
        while change := await anext(watch):
            moments.append(world.clock.monotonic())
            known = change.version if isinstance(change, SlotChanged) else told[-1]
        await flooding

    pairs = zip(moments, moments[MOST_A_SECOND:], strict=False)
    assert all(later - earlier > 0.999 for earlier, later in pairs)
    assert known == told[-1]


async def test_whoever_has_logged_out_sees_no_more(world: MemoryWorld, check: Check) -> None:
    with world.use.watch_changes(check) as watch:
        assert await seen(watch, 2) == [Missed(), None]
        claims = await world.use.authorise(world.tokens.issue(await check()), None)  # type: ignore[arg-type] # claims
        await world.use.log_out(claims, by=SERG)
        assert await is_over(watch)
        assert world.clock.monotonic() == 2 * HEARTBEAT


async def test_nor_does_a_removed_account(
    world: MemoryWorld, check: Check, account: Account
) -> None:
    with world.use.watch_changes(check) as watch:
        await seen(watch, 1)
        await world.accounts.save(evolve(account, scopes=["slots:read"]))
        assert await is_over(watch)
        assert world.clock.monotonic() == HEARTBEAT


async def test_nor_does_anybody_after_their_time(world: MemoryWorld, check: Check) -> None:
    with world.use.watch_changes(check) as watch:
        assert [one async for one in watch if one is not None] == [Missed()]
        assert 0 <= world.clock.monotonic() - 12 * 3600 <= HEARTBEAT


async def test_while_the_database_is_away_nobody_is_sent_away(world: MemoryWorld) -> None:
    async def away() -> None:
        raise QueueUnavailable

    with world.use.watch_changes(away) as watch:
        assert await seen(watch, 3) == [Missed(), None, None]


async def test_no_more_look_on_than_there_is_room_for(world: MemoryWorld) -> None:
    with ExitStack() as all_of_them:
        for _ in range(MOST_WATCHING):
            all_of_them.enter_context(world.use.watch_changes(may))
        with pytest.raises(RateLimited) as caught, world.use.watch_changes(may):
            pass
        assert caught.value.retry_after == HEARTBEAT
    with world.use.watch_changes(may) as watch:
        assert await seen(watch, 1) == [Missed()]
