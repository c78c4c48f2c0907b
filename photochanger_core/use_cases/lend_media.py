"""Let a provider fetch a job's pictures by links."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

from attrs import evolve, frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import (
    PublicAddressMissing,
    QueueUnavailable,
    StorageUnavailable,
)
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort
from photochanger_core.ports.runs import RunsPort

from .assignment import Assignment


@frozen(kw_only=True)
class LendMedia:
    """Let a provider fetch a job's pictures by links, as long as it is being asked.

    The row first, the file after: a crash leaves no file that the purge does not know of, and the
    purge removes it when the sync window is over.

    Attributes:
        link: Returns where a provider fetches a media object; None: nobody knows how this server
            is reached from outside.
        longest: How long a link leads somewhere at most, if its job's sync window lasts longer.
    """

    rows: MediaRepoPort
    objects: ObjectStorePort
    clock: ClockPort
    runs: RunsPort
    link: Callable[[MediaId], str] | None
    longest: timedelta
    new_media_id: Callable[[], MediaId]

    @asynccontextmanager
    async def __call__(self, work: Assignment) -> AsyncIterator[Sequence[str]]:
        """Yield links to the photo and the templates of *work*; on leaving they are taken back.

        Raises:
            PublicAddressMissing: If there can be no links.
            StorageFull, StorageUnavailable, QueueUnavailable: If the pictures cannot be kept.
        """
        if self.link is None:
            raise PublicAddressMissing
        lent: list[MediaObject] = []
        try:
            for picture in (work.photo, *work.templates):
                lent.append(self._described(work, picture))
                await self._keep(lent[-1], picture)
            yield [self.link(media.media_id) for media in lent]
        finally:
            self.runs.aside(partial(self._take_back, lent))

    def _described(self, work: Assignment, picture: Blob) -> MediaObject:
        now = self.clock.now()
        return MediaObject(
            media_id=self.new_media_id(),
            use=MediaUse.PROVIDER,
            job_id=work.job.job_id,
            slot_id=work.job.slot_id,
            media_type=picture.media_type,
            size=picture.size,
            sha256=picture.sha256,
            created_at=now,
            expires_at=min(work.deadline.at, now + self.longest),
        )

    async def _keep(self, media: MediaObject, picture: Blob) -> None:
        await self.rows.add(evolve(media, location=self.objects.location(media)))
        await self.objects.keep(media, picture)

    async def _take_back(self, lent: Sequence[MediaObject]) -> None:
        """Remove what was lent; what cannot be removed now is left to the purge."""
        with suppress(StorageUnavailable, QueueUnavailable):
            for media in lent:
                await self.objects.discard(media.use, media.media_id)
            await self.rows.mark_cleaned([media.media_id for media in lent], self.clock.now())
