from __future__ import annotations

import asyncio

import pytest
from attrs import evolve

from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import ResultExpired, ResultNotFound, SlotNotFound
from photochanger_core.use_cases.test_slot import SlotTest
from tests.ingesting import FIRST, SLOT, sent, set_slot
from tests.memory_world import MemoryWorld
from tests.uploads import PASSWORD_FIELD, Line, photo, received


async def shown(world: MemoryWorld, *, key: str | None = None) -> list[str]:
    view = await world.use.show_gallery(SLOT, key=key)
    return [job.job_id for job in view.jobs]


async def test_the_youngest_pictures_come_first(world: MemoryWorld) -> None:
    await world.use.configure_settings({"gallery_limit": 3}, by=Actor(name="test"))
    ids = []
    for number in range(5):
        ids.append((await sent(world, bytes([number]))).job.job_id)
        await asyncio.sleep(1)
    assert await shown(world) == ids[:1:-1]


async def test_what_is_past_its_time_is_not_shown(world: MemoryWorld) -> None:
    await sent(world)
    world.clock.stepped += (await world.settings.read()).result_ttl
    assert await shown(world) == [FIRST]
    await asyncio.sleep(0.001)
    assert await shown(world) == []


async def test_trials_and_failures_are_not_shown(world: MemoryWorld) -> None:
    upload = await received(world.media, Line([PASSWORD_FIELD, photo()]))
    tested = await world.use.test_slot(
        SlotTest(slot=SLOT, photo=upload.photo, by=Actor(name="test"))
    )
    await tested.content.close()
    assert await shown(world) == []


@pytest.mark.parametrize("slot", ["slot-016", "", "SLOT-001"])
async def test_there_are_no_other_galleries(world: MemoryWorld, slot: str) -> None:
    with pytest.raises(SlotNotFound):
        await world.use.show_gallery(slot, key=None)


async def test_a_gallery_may_want_a_key(world: MemoryWorld) -> None:
    await set_slot(world, gallery="key")
    assert (await world.slots.get(SLOT)).gallery_key == "gallery-key"
    assert await shown(world, key="gallery-key") == []
    for wrong in (None, "", "gallery", "ключ"):
        with pytest.raises(SlotNotFound):
            await shown(world, key=wrong)


async def test_a_gallery_may_be_off(world: MemoryWorld) -> None:
    await set_slot(world, gallery="key")
    await set_slot(world, gallery="off")
    for key in (None, "gallery-key"):
        with pytest.raises(SlotNotFound):
            await shown(world, key=key)


async def test_without_a_key_a_gallery_that_wants_one_is_closed(world: MemoryWorld) -> None:
    slot = await world.slots.get(SLOT)
    keyless = evolve(slot, gallery="key", gallery_key=None, version=slot.version + 1)
    await world.slots.save(keyless)
    with pytest.raises(SlotNotFound):
        await shown(world, key="")


async def test_a_preview_is_made_without_keeping_anybody_waiting(world: MemoryWorld) -> None:
    await sent(world)
    await world.runs.idle()
    preview = await world.media.open_preview(SLOT, FIRST)
    await preview.close()
    assert world.media.handles == 0


async def test_a_preview_that_is_not_there_is_made_and_kept(world: MemoryWorld) -> None:
    sending = await sent(world)
    await world.runs.idle()
    result = sending.job.result
    assert result is not None
    picture = await world.media.open(SLOT, FIRST, result)
    await world.media.discard(SLOT, FIRST)
    await world.media.keep(SLOT, FIRST, picture)
    await picture.close()
    first, second = [await world.use.read_preview(FIRST) for _ in range(2)]
    assert first.content.media_type == second.content.media_type == "image/webp"
    await first.content.close()
    await second.content.close()
    kept = await world.media.open_preview(SLOT, FIRST)
    assert kept.sha256 == first.content.sha256 == second.content.sha256
    await kept.close()
    assert world.media.handles == 0


async def test_a_preview_goes_with_its_result(world: MemoryWorld) -> None:
    await sent(world)
    await (await world.use.read_preview(FIRST)).content.close()
    world.clock.stepped += 2 * (await world.settings.read()).result_ttl
    with pytest.raises(ResultExpired):
        await world.use.read_preview(FIRST)
    with pytest.raises(ResultNotFound):
        await world.media.open_preview(SLOT, FIRST)
