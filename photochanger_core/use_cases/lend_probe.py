"""Have this server hand out something that only it can know."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

from attrs import evolve, frozen

from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import QueueUnavailable, StorageUnavailable
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort

_LIFE: Final = timedelta(minutes=1)
"""Should this process be killed, the server's own purge removes the probe after that."""


@frozen(kw_only=True)
class Probe:
    """What a server with this database and these media hands out for a moment."""

    media_id: MediaId
    content: bytes


@frozen(kw_only=True)
class LendProbe:
    """Have this server hand out something that only it can know, as pictures to a provider.

    Whoever gets it under an address has reached this installation, and no other.
    """

    rows: MediaRepoPort
    objects: ObjectStorePort
    clock: ClockPort
    new_media_id: Callable[[], MediaId]

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Probe]:
        """Yield the probe; on leaving it is taken back.

        Raises:
            StorageFull, StorageUnavailable, QueueUnavailable: If it cannot be kept.
        """
        probe = Probe(media_id=self.new_media_id(), content=self.new_media_id().encode())
        picture = BytesBlob(probe.content, MediaType.JPEG)
        media = self._described(probe.media_id, picture)
        try:
            await self.rows.add(evolve(media, location=self.objects.location(media)))
            await self.objects.keep(media, picture)
            yield probe
        finally:
            with suppress(StorageUnavailable, QueueUnavailable):
                await self.objects.discard(media.use, media.media_id)
                await self.rows.mark_cleaned([media.media_id], self.clock.now())

    def _described(self, media_id: MediaId, picture: BytesBlob) -> MediaObject:
        now = self.clock.now()
        return MediaObject(
            media_id=media_id,
            use=MediaUse.PROVIDER,
            media_type=picture.media_type,
            size=picture.size,
            sha256=picture.sha256,
            created_at=now,
            expires_at=now + _LIFE,
        )
