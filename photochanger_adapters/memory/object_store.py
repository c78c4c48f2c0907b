"""Files of media objects kept in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from attrs import define, field

from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import MediaNotFound
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.ports.object_store import ObjectStorePort

from .media_store import MemoryMediaStore


@define(eq=False)
class MemoryObjectStore(ObjectStorePort):
    """Files of media objects in memory, on the same disk as the results, failing with it."""

    _disk: MemoryMediaStore
    _kept: dict[tuple[MediaUse, MediaId], tuple[datetime, BytesBlob]] = field(
        factory=dict, init=False
    )

    def location(self, media: MediaObject) -> str:
        return f"{media.use}/{media.media_id}"

    async def keep(self, media: MediaObject, picture: Blob) -> None:
        self._disk.check_write()
        content = b"".join([chunk async for chunk in picture.chunks()])
        self._disk.check_write()
        kept = BytesBlob(content, media.media_type)
        self._kept[media.use, media.media_id] = self._disk.clock.now(), kept

    async def open(self, media: MediaObject) -> Blob:
        self._disk.check_read()
        try:
            _, content = self._kept[media.use, media.media_id]
        except KeyError:
            raise MediaNotFound from None
        return self._disk.opened(content)

    async def discard(self, use: MediaUse, media_id: MediaId) -> int:
        size = await self.size_of(use, media_id)
        self._kept.pop((use, media_id), None)
        return size

    async def size_of(self, use: MediaUse, media_id: MediaId) -> int:
        self._disk.check_read()
        kept = self._kept.get((use, media_id))
        return kept[1].size if kept else 0

    async def kept_before(self, use: MediaUse, moment: datetime) -> AsyncIterator[MediaId]:
        self._disk.check_read()
        found = [key for key, (at, _) in self._kept.items() if key[0] is use and at < moment]
        for _, media_id in found:
            yield media_id
