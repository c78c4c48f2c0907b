"""When previews are made that nobody has asked for."""

from __future__ import annotations

import asyncio

from attrs import evolve, field, frozen

from photochanger_adapters.memory.images import MAGIC, MemoryImages
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import ResultNotFound
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.images import Drawn
from photochanger_core.ports.media_store import Spool
from photochanger_core.use_cases.preview_ahead import PATIENCE, TOO_LATE
from tests.ingesting import FIRST, SLOT, sent
from tests.memory_world import MemoryWorld


async def is_there(world: MemoryWorld, job_id: JobId = FIRST) -> bool:
    try:
        preview = await world.media.open_preview(SLOT, job_id)
    except ResultNotFound:
        return False
    await preview.close()
    return True


def rush(world: MemoryWorld, *, seconds: float) -> float:
    """Have photos follow each other closely from now on; return now."""
    now = asyncio.get_running_loop().time()
    world.images = evolve(world.images, rush_ends=now + seconds)
    return now


async def test_they_are_made_at_once_where_nothing_else_is_to_be_done(world: MemoryWorld) -> None:
    await sent(world)
    await world.runs.idle()

    assert await is_there(world)


async def test_they_wait_for_a_lull(world: MemoryWorld) -> None:
    rush(world, seconds=PATIENCE / 2)
    await sent(world)

    await asyncio.sleep(PATIENCE * 0.4)
    assert not await is_there(world)
    await asyncio.sleep(PATIENCE * 0.2)
    assert await is_there(world)


async def test_they_do_not_wait_for_ever(world: MemoryWorld) -> None:
    rush(world, seconds=3600)
    await sent(world)

    await asyncio.sleep(PATIENCE * 0.9)
    assert not await is_there(world)
    await asyncio.sleep(PATIENCE * 0.2)
    assert await is_there(world)


async def test_somebody_who_asks_does_not_wait(world: MemoryWorld) -> None:
    began = rush(world, seconds=3600)
    await sent(world)
    stored = await world.use.read_preview(FIRST)
    await stored.content.close()

    assert asyncio.get_running_loop().time() == began


async def test_what_is_there_is_not_made_again(world: MemoryWorld) -> None:
    rush(world, seconds=1)
    await sent(world)
    other = BytesBlob(MAGIC[MediaType.WEBP] + b"made for somebody", MediaType.WEBP)
    await world.media.keep_preview(SLOT, FIRST, other)
    await world.runs.idle()

    kept = await world.media.open_preview(SLOT, FIRST)
    assert kept.sha256 == other.sha256
    await kept.close()


async def test_they_do_not_pile_up(world: MemoryWorld) -> None:
    async with world.runs.alone("previews"):
        await sent(world)
        await asyncio.sleep(TOO_LATE + 1)
    await world.runs.idle()
    assert not await is_there(world)

    stored = await world.use.read_preview(FIRST)
    await stored.content.close()
    assert await is_there(world)


async def test_nothing_is_held_while_they_wait(world: MemoryWorld) -> None:
    rush(world, seconds=PATIENCE / 2)
    await sent(world)
    assert world.media.handles == 0

    await world.runs.idle()
    assert world.media.handles == 0


@frozen(kw_only=True)
class CountingImages(MemoryImages):
    """Takes a second for each preview, and counts them."""

    previews: list[Blob] = field(factory=list)

    async def preview(self, picture: Blob, *, into: Spool, seconds: float) -> Drawn:
        self.previews.append(picture)
        await asyncio.sleep(1.0)
        return await super().preview(picture, into=into, seconds=seconds)


async def test_however_many_ask_at_the_same_time_one_is_made(world: MemoryWorld) -> None:
    world.images = images = CountingImages()
    await sent(world)
    stored = await asyncio.gather(*(world.use.read_preview(FIRST) for _ in range(5)))
    await world.runs.idle()

    assert len({one.content.sha256 for one in stored}) == 1
    assert len(images.previews) == 1


async def test_who_leaves_does_not_take_the_preview_from_others(world: MemoryWorld) -> None:
    world.images = CountingImages()
    await sent(world)
    first = asyncio.create_task(world.use.read_preview(FIRST))
    other = asyncio.create_task(world.use.read_preview(FIRST))
    await asyncio.sleep(0.5)
    first.cancel()

    assert (await other).content.size
