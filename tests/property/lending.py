"""Media objects at the end of a road, and a provider that fetches them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime
from typing import Final

from attrs import define

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort
from photochanger_core.ports.provider import Order
from tests.memory_world import LINKS, MemoryWorld

from .trouble import Road

_EVER: Final = datetime.max.replace(tzinfo=UTC)


@define(eq=False)
class TroubledMediaRows(MediaRepoPort):
    """A repository of media objects at the end of a road."""

    _rows: MediaRepoPort
    _road: Road

    async def add(self, media: MediaObject) -> MediaObject:
        async with self._road.to_database():
            return await self._rows.add(media)

    async def get(self, media_id: MediaId) -> MediaObject:
        async with self._road.to_database():
            return await self._rows.get(media_id)

    async def templates(self, media_ids: Collection[MediaId]) -> Sequence[MediaObject]:
        async with self._road.to_database():
            return await self._rows.templates(media_ids)

    async def same_template(self, sha256: str) -> MediaObject | None:
        async with self._road.to_database():
            return await self._rows.same_template(sha256)

    async def latest_templates(
        self, limit: int, *, before: MediaId | None = None
    ) -> Sequence[MediaObject]:
        async with self._road.to_database():
            return await self._rows.latest_templates(limit, before=before)

    async def retire(self, media_id: MediaId, at: datetime) -> bool:
        async with self._road.to_database():
            return await self._rows.retire(media_id, at)

    async def expired(
        self, now: datetime, limit: int, *, after: MediaObject | None = None
    ) -> Sequence[MediaObject]:
        async with self._road.to_database():
            return await self._rows.expired(now, limit, after=after)

    async def kept(self, use: MediaUse, media_ids: Collection[MediaId]) -> Collection[MediaId]:
        async with self._road.to_database():
            return await self._rows.kept(use, media_ids)

    async def mark_cleaned(self, media_ids: Collection[MediaId], at: datetime) -> None:
        async with self._road.to_database():
            await self._rows.mark_cleaned(media_ids, at)


@define(eq=False)
class TroubledObjects(ObjectStorePort):
    """Files of media objects at the end of a road."""

    _objects: ObjectStorePort
    _road: Road

    def location(self, media: MediaObject) -> str:
        return self._objects.location(media)

    async def keep(self, media: MediaObject, picture: Blob) -> None:
        async with self._road.to_disk():
            await self._objects.keep(media, picture)

    async def open(self, media: MediaObject) -> Blob:
        async with self._road.to_disk():
            pass
        return await self._objects.open(media)

    async def discard(self, use: MediaUse, media_id: MediaId) -> int:
        async with self._road.to_disk():
            return await self._objects.discard(use, media_id)

    async def size_of(self, use: MediaUse, media_id: MediaId) -> int:
        async with self._road.to_disk():
            return await self._objects.size_of(use, media_id)

    async def kept_before(self, use: MediaUse, moment: datetime) -> AsyncIterator[MediaId]:
        async with self._road.to_disk():
            pass
        async for media_id in self._objects.kept_before(use, moment):
            yield media_id


async def check_links(world: MemoryWorld, order: Order) -> None:
    """Check that the links of *order* lead to its pictures, as whoever fetches them sees it."""
    pictures = (order.photo, *order.templates)
    assert len(order.links) == len(pictures)
    for link, picture in zip(order.links, pictures, strict=True):
        media = await world.media_rows.get(MediaId(link.removeprefix(f"{LINKS}/")))
        assert (media.sha256, media.media_type) == (picture.sha256, picture.media_type)
        assert media.cleaned_at is None
        assert media.media_id in await lent(world)


async def lent(world: MemoryWorld) -> set[MediaId]:
    """Return what lies where providers fetch it."""
    return {one async for one in world.media_objects.kept_before(MediaUse.PROVIDER, _EVER)}
