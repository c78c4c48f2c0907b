"""Who is refused before a photo is sent, and told when to come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    InvalidPassword,
    QueueBusy,
    RateLimited,
    Throttled,
)
from photochanger_core.domain.events import PhotoRefused
from photochanger_core.domain.ids import SlotId
from photochanger_core.use_cases.limit_requests import LimitRequests, RequestKind
from photochanger_core.use_cases.receive_upload import Part
from photochanger_core.use_cases.receiving import MAX_RECEIVING, Receiving
from tests.ingesting import SLOT, accepted, ingest, sent, set_slot, told
from tests.memory_world import MemoryWorld
from tests.uploads import photo, text

WRONG = (text("password", b"wrong"), photo())


async def refusal(world: MemoryWorld, **how: str) -> CoreError:
    with pytest.raises(CoreError) as caught:
        await accepted(world, **how)
    return caught.value


async def test_without_room_a_photo_is_refused_by_its_head(world: MemoryWorld) -> None:
    await world.use.configure_settings({"slot_max_in_flight": 1}, by=Actor(name="test"))
    world.provider.seconds = 7.5
    await sent(world, b"before")
    running = asyncio.create_task(sent(world))
    await asyncio.sleep(1)
    error = await refusal(world)
    assert isinstance(error, QueueBusy)
    assert error.retry_after == 7.5
    refused = PhotoRefused(slot_id=SLOT, failure_reason=FailureReason.QUEUE_BUSY)
    assert told(world, PhotoRefused) == [refused]
    await running
    await accepted(world)


async def test_nobody_is_told_to_wait_longer_than_a_window_or_less_than_a_second(
    world: MemoryWorld,
) -> None:
    await world.use.configure_settings({"slot_max_in_flight": 1}, by=Actor(name="test"))
    for seconds, told_to_wait in [(0.2, 1), (1000, 48)]:
        for _ in range(50):
            world.health.job_took("gemini", seconds)
        world.provider.seconds = 40
        running = asyncio.create_task(sent(world, str(seconds).encode()))
        await asyncio.sleep(0.1)
        assert (await refusal(world)).retry_after == told_to_wait
        await running


async def test_a_slot_has_so_many_photos_a_day(world: MemoryWorld) -> None:
    await set_slot(world, daily_call_limit=2, dedupe_seconds=0)
    await sent(world)
    await sent(world)
    error = await refusal(world)
    assert isinstance(error, RateLimited)
    assert error.retry_after == 12 * 3600
    world.clock.stepped += (await world.settings.read()).result_ttl / 6
    await sent(world)


async def test_wrong_passwords_are_slowed_down(world: MemoryWorld) -> None:
    for _ in range(10):
        with pytest.raises(InvalidPassword):
            await ingest(world, WRONG)
    error = await refusal(world)
    assert isinstance(error, Throttled)
    assert error.retry_after == pytest.approx(10)
    await asyncio.sleep(10)
    await sent(world)


async def test_a_booth_with_a_wrong_password_locks_out_no_other_slot(world: MemoryWorld) -> None:
    for _ in range(10):
        with pytest.raises(InvalidPassword):
            await ingest(world, WRONG)
    assert (await refusal(world)).reason is FailureReason.THROTTLED
    throttle = world.use.accept_upload.throttle
    throttle.check("192.0.2.7", SlotId("slot-002"))
    throttle.check("192.0.2.8", SLOT)


async def test_an_open_slot_is_not_throttled(world: MemoryWorld) -> None:
    for _ in range(10):
        with pytest.raises(InvalidPassword):
            await ingest(world, WRONG)
    await set_slot(world, ingest_password_required=False)
    await accepted(world)


async def test_so_many_photos_are_on_their_way_at_once(world: MemoryWorld) -> None:
    acceptance = await accepted(world)
    with ExitStack() as stack:
        for _ in range(MAX_RECEIVING):
            stack.enter_context(world.use.ingest_photo.receiving.one())
        assert isinstance(await refusal(world), QueueBusy)
        with pytest.raises(QueueBusy):
            await world.use.ingest_photo(acceptance, Unread())
    await accepted(world)


class Unread(AsyncIterator[Part]):
    """A form that nobody is to read."""

    async def __anext__(self) -> Part:
        raise AssertionError("read all the same")


def test_what_has_come_in_counts_no_more() -> None:
    receiving = Receiving()
    for _ in range(MAX_RECEIVING + 1):
        with receiving.one():
            receiving.check()


@pytest.fixture
def limited(world: MemoryWorld) -> LimitRequests:
    return world.use.limit_requests


async def test_an_address_may_ask_so_fast(world: MemoryWorld, limited: LimitRequests) -> None:
    await world.use.configure_settings(
        {"request_rate": 2, "request_burst": 3}, by=Actor(name="test")
    )
    for _ in range(3):
        await limited(RequestKind.PUBLIC, "a")
    with pytest.raises(RateLimited) as caught:
        await limited(RequestKind.PUBLIC, "a")
    assert caught.value.retry_after == 0.5
    await limited(RequestKind.PUBLIC, "b")
    await limited(RequestKind.ADMIN, "a")
    await asyncio.sleep(0.5)
    await limited(RequestKind.PUBLIC, "a")


async def test_a_new_rate_counts_soon(world: MemoryWorld, limited: LimitRequests) -> None:
    await limited(RequestKind.PUBLIC, "a")
    await world.use.configure_settings(
        {"request_rate": 1, "request_burst": 1}, by=Actor(name="test")
    )
    await asyncio.sleep(5)
    await limited(RequestKind.PUBLIC, "a")
    with pytest.raises(RateLimited):
        await limited(RequestKind.PUBLIC, "a")
