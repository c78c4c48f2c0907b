"""Close jobs that nobody runs any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from attrs import Factory, define, field

from photochanger_core.domain.cleanup import Leftover
from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    QueueUnavailable,
    StorageUnavailable,
)
from photochanger_core.domain.events import JobSwept
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.runs import RunsPort

from .cleaning import Cleaning
from .renew_leases import LEASE

SWEEP_EVERY: Final = 5.0
"""Seconds between sweeps: 8 s after an outage of the database no place is taken by the dead."""


@define(kw_only=True)
class SweepJobs:
    """Close jobs that nobody runs any more, and remove what was stored for them.

    A server renews the leases of its jobs; what it does not run, it does not renew. So a job of
    this server that does not run here is abandoned, and one of another server whose lease has
    stood still for the length of a lease. That is measured on the monotonic clock: the wall
    clock may be stepped, and what looks over, or young, by it need not be.
    """

    jobs: JobRepoPort
    media: MediaStorePort
    runs: RunsPort
    clock: ClockPort
    events: EventsPort
    owner: str
    _watched: dict[JobId, tuple[datetime, float]] = field(init=False, default=Factory(dict))

    async def __call__(self) -> None:
        """Close what is abandoned. To be called every `SWEEP_EVERY`.

        Raises:
            QueueUnavailable: If jobs cannot be read or closed.
            StorageUnavailable: If files cannot be removed.
        """
        jobs = await self._not_here()
        self._watched = {job.job_id: self._watch(job) for job in jobs}
        await self._close(job for job in jobs if self._is_abandoned(job))

    async def at_start(self) -> None:
        """Close what an earlier life of this server left open.

        To be called once, when this server is sure to be the only one of its name and has not
        begun a job. Raises as the sweep.
        """
        await self._close(job for job in await self.jobs.running() if job.owner == self.owner)

    async def now(self, cleaning: Cleaning) -> None:
        """Close every job whose lease is over by the wall clock, unwatched.

        What cannot be removed is noted, and left to `ClearLeftovers` and the purge.

        Raises:
            QueueUnavailable: As the sweep.
        """
        now = self.clock.now()
        for job in await self._not_here():
            if job.is_overdue(now) and cleaning.concerns(job.slot_id):
                await self._close_unwatched(job, cleaning)

    async def _close_unwatched(self, job: Job, cleaning: Cleaning) -> None:
        cleaning.remove(Leftover.ABANDONED_JOBS)
        try:
            if not cleaning.dry_run:
                await self._close_one(job)
        except StorageUnavailable as error:
            cleaning.fail(f"{job.slot_id}/{job.job_id}", error)

    async def _not_here(self) -> list[Job]:
        jobs = await self.jobs.running()
        live = self.runs.live()  # asked after: what was admitted in between is not on the list
        return [job for job in jobs if job.job_id not in live]

    def _watch(self, job: Job) -> tuple[datetime, float]:
        """Return a job's lease, and since when it has stood still."""
        known = self._watched.get(job.job_id)
        if known is not None and known[0] == job.lease_until:
            return known
        return job.lease_until, self.clock.monotonic()

    def _is_abandoned(self, job: Job) -> bool:
        _, since = self._watched[job.job_id]
        stood_still = self.clock.monotonic() - since
        return job.owner == self.owner or stood_still >= LEASE.total_seconds()

    async def _close(self, jobs: Iterable[Job]) -> None:
        """Close *jobs*, each with all that belongs to that; trouble with one spares the others."""
        trouble: CoreError | None = None
        for job in jobs:
            try:
                await self._close_one(job)
            except (QueueUnavailable, StorageUnavailable) as error:
                trouble = error
        if trouble is not None:
            raise trouble

    async def _close_one(self, job: Job) -> None:
        if await self._was_closed_now(job):
            self.events.emit(JobSwept(job_id=job.job_id, slot_id=job.slot_id))
            await self.media.discard(job.slot_id, job.job_id)

    async def _was_closed_now(self, job: Job) -> bool:
        if not job.is_open:  # it has timed out and ran on
            return await self.jobs.release(job)
        return await self.jobs.finish(job.failed(FailureReason.INTERRUPTED, at=self.clock.now()))
