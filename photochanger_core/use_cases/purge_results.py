"""Let go of what is past its time, and of what belongs to nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol

from attrs import frozen

from photochanger_core.domain.cleanup import ORPHAN_AGE, Leftover
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.events import ResultsPurged
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.media_store import MediaStorePort, Removed, Stored
from photochanger_core.ports.result_repo import ResultRepoPort

from .cleaning import Cleaning, batches


class _Ask(Protocol):
    """Asks for a page of jobs."""

    def __call__(
        self, now: datetime, limit: int, *, slot_id: SlotId | None, after: Job | None
    ) -> Awaitable[Sequence[Job]]: ...


@frozen(kw_only=True)
class PurgeResults:
    """Let go of what is past its time, and of what belongs to nobody.

    The file goes first, the mark follows: killed in between, the next purge does both again.
    """

    results: ResultRepoPort
    media: MediaStorePort
    clock: ClockPort
    events: EventsPort

    async def __call__(self, cleaning: Cleaning) -> None:
        """Do so. What cannot be removed is noted, and left for the next time.

        Raises:
            QueueUnavailable: If it cannot go on; what is done stays done.
        """
        now = self.clock.now()
        count = await self.results.count(now, slot_id=cleaning.slot_id)
        await self._expired(now, cleaning, count.expired)
        if not cleaning.unrecognised:
            await self._lost(now, cleaning, count.kept)
            await self._orphans(now, cleaning)
        if not cleaning.dry_run:
            self._tell(cleaning)

    async def one(self, job: Job) -> None:
        """Remove the files of a job whose result is past its time, and mark it.

        Raises:
            QueueUnavailable, StorageUnavailable: If that is not possible.
        """
        await self.media.discard(job.slot_id, job.job_id)
        await self.results.mark_cleaned([job.job_id], self.clock.now())

    async def _expired(self, now: datetime, cleaning: Cleaning, total: int) -> None:
        async for jobs in self._pages(self.results.expired, now, cleaning):
            await self._remove(Leftover.EXPIRED_RESULTS, jobs, cleaning)
            cleaning.look_at(Leftover.EXPIRED_RESULTS, len(jobs), total)

    async def _lost(self, now: datetime, cleaning: Cleaning, total: int) -> None:
        """Mark results whose file is gone, so that they are not promised any more."""
        async for jobs in self._pages(self.results.kept, now, cleaning):
            by_slot = sorted(jobs, key=_slot)
            for slot_id, of_slot in groupby(by_slot, key=_slot):
                lost = await self._lost_of(slot_id, list(of_slot), cleaning)
                await self._remove(Leftover.LOST_RESULTS, lost, cleaning)
            cleaning.look_at(Leftover.LOST_RESULTS, len(jobs), total)

    async def _lost_of(
        self, slot_id: SlotId, jobs: Sequence[Job], cleaning: Cleaning
    ) -> Sequence[Job]:
        try:
            lost = await self.media.lost(jobs)
        except StorageUnavailable as error:
            cleaning.fail(slot_id, error)
            return []
        return [job for job in jobs if job.job_id in lost]

    async def _pages(
        self, ask: _Ask, now: datetime, cleaning: Cleaning
    ) -> AsyncIterator[Sequence[Job]]:
        last: Job | None = None
        while jobs := await ask(now, cleaning.batch, slot_id=cleaning.slot_id, after=last):
            yield jobs
            last = jobs[-1]

    async def _remove(self, what: Leftover, jobs: Sequence[Job], cleaning: Cleaning) -> None:
        """Remove the files of *jobs* and mark those removed."""
        gone = await self._let_go(what, [(job.slot_id, job.job_id) for job in jobs], cleaning)
        if gone and not cleaning.dry_run:
            await self.results.mark_cleaned(gone, self.clock.now())

    async def _let_go(
        self, what: Leftover, which: Sequence[Stored], cleaning: Cleaning
    ) -> Sequence[JobId]:
        """Remove the files of these jobs, and return those for which that was possible."""
        let_go = self._sizes if cleaning.dry_run else self.media.discard_all
        gone = list[JobId]()
        for (slot_id, job_id), removed in zip(which, await let_go(which), strict=True):
            if isinstance(removed, StorageUnavailable):
                cleaning.fail(f"{slot_id}/{job_id}", removed)
            else:
                cleaning.remove(what, size=removed)
                gone.append(job_id)
        return gone

    async def _sizes(self, which: Sequence[Stored]) -> Sequence[Removed]:
        return [await self._size(slot_id, job_id) for slot_id, job_id in which]

    async def _size(self, slot_id: SlotId, job_id: JobId) -> Removed:
        try:
            return await self.media.size_of(slot_id, job_id)
        except StorageUnavailable as error:
            return error

    async def _orphans(self, now: datetime, cleaning: Cleaning) -> None:
        """Remove files that belong to no job, or to one without a result."""
        old = self.media.kept_before(now - ORPHAN_AGE)
        try:
            async for found in batches(old, cleaning.batch):
                await self._orphans_among(found, cleaning)
        except StorageUnavailable as error:
            cleaning.fail("results", error)

    async def _orphans_among(self, found: Sequence[Stored], cleaning: Cleaning) -> None:
        ours = [(slot_id, job_id) for slot_id, job_id in found if cleaning.concerns(slot_id)]
        owned = await self.results.with_files([job_id for _, job_id in ours])
        nobodys = [one for one in ours if one[1] not in owned]
        await self._let_go(Leftover.ORPHAN_RESULTS, nobodys, cleaning)
        cleaning.look_at(Leftover.ORPHAN_RESULTS, len(found))

    def _tell(self, cleaning: Cleaning) -> None:
        self.events.emit(
            ResultsPurged(
                expired=cleaning.removed[Leftover.EXPIRED_RESULTS],
                lost=cleaning.removed[Leftover.LOST_RESULTS],
                orphans=cleaning.removed[Leftover.ORPHAN_RESULTS],
            )
        )


def _slot(job: Job) -> SlotId:
    return job.slot_id
