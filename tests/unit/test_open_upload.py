"""Pictures that were taken in for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import MediaExpired, MediaNotFound, StorageUnavailable
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaUse
from photochanger_core.domain.picture import MediaType
from tests.contract.samples import NOON, TICK, media
from tests.memory_world import MemoryWorld

HOUR = timedelta(hours=1)
PHOTO = BytesBlob(b"a photo", MediaType.PNG)


async def uploaded(world: MemoryWorld) -> MediaId:
    taken_in = media(use=MediaUse.UPLOAD, expires_at=NOON + HOUR, size=PHOTO.size)
    await world.media_objects.keep(taken_in, PHOTO)
    return (await world.media_rows.add(taken_in)).media_id


async def kept(world: MemoryWorld) -> list[MediaId]:
    ever = NOON + 1000 * HOUR
    return [one async for one in world.media_objects.kept_before(MediaUse.UPLOAD, ever)]


async def test_the_last_instant_still_serves_and_the_next_removes(world: MemoryWorld) -> None:
    upload = await uploaded(world)
    world.clock.stepped = HOUR
    await (await world.use.open_upload(upload)).close()

    world.clock.stepped = HOUR + TICK
    for _ in range(2):
        with pytest.raises(MediaExpired):
            await world.use.open_upload(upload)
    assert await kept(world) == []
    assert (await world.media_rows.get(upload)).cleaned_at == world.clock.now()


async def test_what_cannot_be_removed_has_expired_all_the_same(world: MemoryWorld) -> None:
    upload = await uploaded(world)
    world.clock.stepped = HOUR + TICK
    world.media.failing = StorageUnavailable("away")
    with pytest.raises(MediaExpired):
        await world.use.open_upload(upload)

    world.media.failing = None
    assert await kept(world) == [upload]


async def test_what_was_lent_is_no_upload(world: MemoryWorld) -> None:
    lent = await world.media_rows.add(media())
    with pytest.raises(MediaNotFound):
        await world.use.open_upload(lent.media_id)
