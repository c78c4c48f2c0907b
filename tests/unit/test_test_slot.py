"""Trying a configuration before guests do."""

from __future__ import annotations

from typing import Any

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import ProviderRefused, SlotNotFound, ValidationFailed
from photochanger_core.domain.job import JobSource
from photochanger_core.domain.picture import MediaType
from photochanger_core.use_cases.test_slot import SlotTest
from photochanger_core.use_cases.visit import Processed
from tests.ingesting import PHOTO, SLOT, sent, set_slot
from tests.memory_world import MemoryWorld


async def spooled(world: MemoryWorld) -> Blob:
    spool = world.media.spool()
    await spool.write(PHOTO)
    return await spool.finish(MediaType.JPEG)


async def tried(world: MemoryWorld, slot: str = SLOT, **what: Any) -> Processed:
    test = SlotTest(slot=slot, photo=await spooled(world), by=Actor(name="igor"), **what)
    processed = await world.use.test_slot(test)
    await processed.content.close()
    return processed


async def test_a_trial_is_a_job_of_its_own(world: MemoryWorld) -> None:
    await sent(world)
    first, second = await tried(world), await tried(world)
    assert first.job.job_id != second.job.job_id
    assert first.job.source is second.job.source is JobSource.UI_TEST
    assert not (await sent(world, b"other")).is_replay
    assert len(world.provider.calls) == 4
    assert world.media.handles == 0


async def test_a_trial_has_the_name_of_its_request(world: MemoryWorld) -> None:
    assert (await tried(world, correlation_id="try-1")).job.correlation_id == "try-1"
    assert (await tried(world)).job.correlation_id is None
    with pytest.raises(ValueError, match="correlation_id"):
        await tried(world, correlation_id="a b")


async def test_what_is_not_saved_can_be_tried(world: MemoryWorld) -> None:
    await tried(
        world, "slot-002", changes={"sync_response_seconds": 20}, settings={"prompt": "new"}
    )
    (call,) = world.provider.calls
    assert call.order.settings == {"prompt": "new"}
    assert call.order.seconds_left == 20
    assert (await world.slots.all())[1].version == 1


async def test_a_bad_configuration_is_not_tried(world: MemoryWorld) -> None:
    with pytest.raises(ValidationFailed):
        await tried(world, settings={"invalid": 1})
    with pytest.raises(SlotNotFound):
        await tried(world, "slot-099")
    assert (world.provider.calls, world.media.handles) == ([], 0)


async def test_a_trial_that_fails_says_so_whatever_guests_would_get(world: MemoryWorld) -> None:
    await set_slot(world, on_failure="original")
    world.provider.error = ProviderRefused("SAFETY")
    with pytest.raises(ProviderRefused):
        await tried(world)


async def test_trials_do_not_use_up_the_day(world: MemoryWorld) -> None:
    await set_slot(world, daily_call_limit=1)
    await tried(world)
    await sent(world)
    await tried(world)
