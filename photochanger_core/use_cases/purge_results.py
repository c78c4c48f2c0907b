"""Let go of what is past its time, and of what belongs to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from photochanger_core.domain.errors import JobNotFound, StorageUnavailable
from photochanger_core.domain.events import ResultsPurged
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.result_repo import ResultRepoPort

ORPHAN_AGE: Final = timedelta(hours=1)
"""So long files without a job are left alone: their job may be about to be closed."""

_BATCH: Final = 100


@frozen(kw_only=True)
class Purged:
    """How many results were removed because of their age, and because they had no job."""

    expired: int
    orphans: int


@frozen(kw_only=True)
class PurgeResults:
    """Let go of what is past its time, and of what belongs to nobody.

    The file goes first, the mark follows: killed in between, the next purge does both again.
    """

    jobs: JobRepoPort
    results: ResultRepoPort
    media: MediaStorePort
    clock: ClockPort
    events: EventsPort

    async def __call__(self, slot_id: SlotId | None = None) -> Purged:
        """Return how much was removed. What cannot be removed is left for the next time.

        Args:
            slot_id: Only what belongs to this slot; None: to any.

        Raises:
            QueueUnavailable: If it cannot go on; what is done stays done.
            StorageUnavailable: At the end, if something could not be removed.
        """
        now = self.clock.now()
        stuck: list[StorageUnavailable] = []
        purged = Purged(
            expired=await self._expired(now, stuck, slot_id),
            orphans=await self._orphans(now, stuck, slot_id),
        )
        self.events.emit(ResultsPurged(expired=purged.expired, orphans=purged.orphans))
        if stuck:
            raise stuck[-1]
        return purged

    async def one(self, job: Job) -> None:
        """Remove the files of a job whose result is past its time, and mark it.

        Raises:
            QueueUnavailable, StorageUnavailable: As the purge.
        """
        await self.media.discard(job.slot_id, job.job_id)
        await self.results.mark_cleaned(job.job_id, self.clock.now())

    async def _expired(
        self, now: datetime, stuck: list[StorageUnavailable], slot_id: SlotId | None
    ) -> int:
        """Return how many were removed, and add to *stuck* why others could not be."""
        tried: set[JobId] = set()
        removed = 0
        while batch := await self._untried(now, tried, slot_id):
            for job in batch:
                tried.add(job.job_id)
                try:
                    await self.one(job)
                    removed += 1
                except StorageUnavailable as error:
                    stuck.append(error)
        return removed

    async def _untried(self, now: datetime, tried: set[JobId], slot_id: SlotId | None) -> list[Job]:
        jobs = await self.results.expired(now, _BATCH, slot_id=slot_id)
        return [job for job in jobs if job.job_id not in tried]

    async def _orphans(
        self, now: datetime, stuck: list[StorageUnavailable], slot_id: SlotId | None
    ) -> int:
        """Do the same to what has no job."""
        removed = 0
        async for owner, job_id in self.media.kept_before(now - ORPHAN_AGE):
            if slot_id not in (None, owner) or await self._may_have_files(job_id):
                continue
            try:
                await self.media.discard(owner, job_id)
                removed += 1
            except StorageUnavailable as error:
                stuck.append(error)
        return removed

    async def _may_have_files(self, job_id: JobId) -> bool:
        try:
            job = await self.jobs.get(job_id)
        except JobNotFound:
            return False
        return job.is_running or (job.result is not None and job.result.cleaned_at is None)
