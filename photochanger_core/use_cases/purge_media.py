"""Let go of media objects past their time, and of files that belong to none."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from photochanger_core.domain.cleanup import ORPHAN_AGE, Leftover
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.events import MediaPurged
from photochanger_core.domain.ids import JobId, MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort

from .cleaning import Cleaning, batches


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

    async def __call__(self, cleaning: Cleaning) -> None:
        """Do so. What cannot be removed is noted, and left for the next time.

        Raises:
            QueueUnavailable: If it cannot go on; what is done stays done.
        """
        await self._expired(cleaning)
        if not cleaning.unrecognised:
            for use in MediaUse:
                await self._orphans(use, cleaning)
        self._tell(cleaning)

    async def expired(self) -> None:
        """Remove only what is past its time.

        Raises:
            QueueUnavailable: As the purge.
            StorageUnavailable: At the end, if something could not be removed.
        """
        cleaning = Cleaning()
        await self._expired(cleaning)
        self._tell(cleaning)
        cleaning.check()

    async def one(self, media: MediaObject) -> None:
        """Remove the file of something past its time. Raises as `expired`."""
        if media.job_id not in await self._running():
            cleaning = Cleaning()
            await self._remove([media], cleaning)
            cleaning.check()

    async def _running(self) -> frozenset[JobId]:
        """Return the jobs that run: what is lent for them is theirs, whatever a clock says."""
        return frozenset(job.job_id for job in await self.jobs.running())

    async def _expired(self, cleaning: Cleaning) -> None:
        now = self.clock.now()
        last: MediaObject | None = None
        while found := await self.rows.expired(now, cleaning.batch, after=last):
            running = await self._running()
            await self._remove([one for one in found if one.job_id not in running], cleaning)
            cleaning.look_at(Leftover.EXPIRED_MEDIA, len(found))
            last = found[-1]

    async def _remove(self, batch: Sequence[MediaObject], cleaning: Cleaning) -> None:
        """Remove the files of *batch* and mark those removed."""
        gone = [
            media.media_id
            for media in batch
            if await self._let_go(Leftover.EXPIRED_MEDIA, media.use, media.media_id, cleaning)
        ]
        if gone and not cleaning.dry_run:
            await self.rows.mark_cleaned(gone, self.clock.now())

    async def _let_go(
        self, what: Leftover, use: MediaUse, media_id: MediaId, cleaning: Cleaning
    ) -> bool:
        let_go = self.objects.size_of if cleaning.dry_run else self.objects.discard
        try:
            cleaning.remove(what, size=await let_go(use, media_id))
        except StorageUnavailable as error:
            cleaning.fail(f"{use} {media_id}", error)
            return False
        return True

    async def _orphans(self, use: MediaUse, cleaning: Cleaning) -> None:
        """Remove files that belong to no media object, or to one that was cleaned."""
        old = self.objects.kept_before(use, self.clock.now() - ORPHAN_AGE)
        try:
            async for found in batches(old, cleaning.batch):
                owned = await self.rows.kept(use, found)
                for media_id in found:
                    if media_id not in owned:
                        await self._let_go(Leftover.ORPHAN_MEDIA, use, media_id, cleaning)
                cleaning.look_at(Leftover.ORPHAN_MEDIA, len(found))
        except StorageUnavailable as error:
            cleaning.fail(use, error)

    def _tell(self, cleaning: Cleaning) -> None:
        expired, orphans = (
            cleaning.removed[what] for what in (Leftover.EXPIRED_MEDIA, Leftover.ORPHAN_MEDIA)
        )
        if (expired or orphans) and not cleaning.dry_run:
            self.events.emit(MediaPurged(expired=expired, orphans=orphans))
