"""Let go of media objects past their time, and of files that belong to none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from attrs import frozen

from photochanger_core.domain.errors import MediaNotFound, StorageUnavailable
from photochanger_core.domain.events import MediaPurged
from photochanger_core.domain.ids import JobId, MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort

from .purge_results import ORPHAN_AGE

_BATCH: Final = 100


@frozen(kw_only=True)
class PurgedMedia:
    """How many files were removed because of their age, and because they belonged to nothing."""

    expired: int
    orphans: int


@frozen(kw_only=True)
class PurgeMedia:
    """Let go of media objects past their time, and of files that belong to none.

    The file goes first, the mark follows: killed in between, the next purge does both again. What
    is lent for a job that runs is left alone: its time is told by the wall clock, which may be
    stepped, and differ between servers.
    """

    jobs: JobRepoPort
    rows: MediaRepoPort
    objects: ObjectStorePort
    clock: ClockPort
    events: EventsPort

    async def __call__(self) -> PurgedMedia:
        """Return how much was removed. What cannot be removed is left for the next time.

        Raises:
            QueueUnavailable: If it cannot go on; what is done stays done.
            StorageUnavailable: At the end, if something could not be removed.
        """
        stuck: list[StorageUnavailable] = []
        purged = PurgedMedia(expired=await self._expired(stuck), orphans=await self._orphans(stuck))
        self._end(purged, stuck)
        return purged

    async def expired(self) -> None:
        """Remove only what is past its time. Raises as the purge."""
        stuck: list[StorageUnavailable] = []
        self._end(PurgedMedia(expired=await self._expired(stuck), orphans=0), stuck)

    async def one(self, media: MediaObject) -> None:
        """Remove the file of something past its time. Raises as the purge."""
        if media.job_id not in await self._running():
            for trouble in await self._remove([media]):
                raise trouble

    async def _running(self) -> frozenset[JobId]:
        """Return the jobs that run: what is lent for them is theirs, whatever a clock says."""
        return frozenset(job.job_id for job in await self.jobs.running())

    async def _remove(self, batch: Sequence[MediaObject]) -> Sequence[StorageUnavailable]:
        """Remove the files of *batch* and mark those removed; return why others could not be."""
        removed: list[MediaId] = []
        stuck: list[StorageUnavailable] = []
        for media in batch:
            try:
                await self.objects.discard(media.use, media.media_id)
                removed.append(media.media_id)
            except StorageUnavailable as error:
                stuck.append(error)
        await self.rows.mark_cleaned(removed, self.clock.now())
        return stuck

    def _end(self, purged: PurgedMedia, stuck: Sequence[StorageUnavailable]) -> None:
        if purged.expired or purged.orphans:
            self.events.emit(MediaPurged(expired=purged.expired, orphans=purged.orphans))
        if stuck:
            raise stuck[-1]

    async def _expired(self, stuck: list[StorageUnavailable]) -> int:
        """Return how many were removed, and add to *stuck* why others could not be."""
        now, removed = self.clock.now(), 0
        tried: set[MediaId] = set()
        while found := await self._untried(now, tried):
            tried.update(media.media_id for media in found)
            running = await self._running()
            batch = [media for media in found if media.job_id not in running]
            troubles = await self._remove(batch)
            removed += len(batch) - len(troubles)
            stuck.extend(troubles)
        return removed

    async def _untried(self, now: datetime, tried: set[MediaId]) -> list[MediaObject]:
        found = await self.rows.expired(now, _BATCH)
        return [media for media in found if media.media_id not in tried]

    async def _orphans(self, stuck: list[StorageUnavailable]) -> int:
        """Do the same to files that belong to no media object."""
        removed = 0
        for use in MediaUse:
            async for media_id in self.objects.kept_before(use, self.clock.now() - ORPHAN_AGE):
                if await self._may_have_files(use, media_id):
                    continue
                try:
                    await self.objects.discard(use, media_id)
                    removed += 1
                except StorageUnavailable as error:
                    stuck.append(error)
        return removed

    async def _may_have_files(self, use: MediaUse, media_id: MediaId) -> bool:
        try:
            media = await self.rows.get(media_id)
        except MediaNotFound:
            return False
        return media.use is use and media.cleaned_at is None
