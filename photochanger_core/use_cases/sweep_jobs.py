"""Close jobs that nobody runs any more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import Factory, define, field

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.events import JobsSwept
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.runs import RunsPort

from .renew_leases import LEASE

SWEEP_EVERY: Final = 10.0
"""Seconds between sweeps."""


@define(kw_only=True)
class SweepJobs:
    """Close jobs that nobody runs any more, and remove what was stored for them.

    A job is abandoned when its lease is over. But leases are told by the wall clock, and that
    may step: so a job of another server is closed only after its lease has looked over, and has
    not been renewed, for the length of a lease on the monotonic clock. Jobs that run here are
    never closed here: their own deadline does that.
    """

    jobs: JobRepoPort
    media: MediaStorePort
    runs: RunsPort
    clock: ClockPort
    events: EventsPort
    owner: str
    _suspects: dict[JobId, tuple[Job, float]] = field(init=False, default=Factory(dict))

    async def __call__(self) -> None:
        """Close what is abandoned. To be called every `SWEEP_EVERY`.

        Raises:
            QueueUnavailable: If jobs cannot be read or closed.
            StorageUnavailable: If files cannot be removed.
        """
        overdue = await self._overdue()
        self._suspects = {job.job_id: self._suspicion(job) for job in overdue}
        await self._close(job for job in overdue if self._is_abandoned(job))

    async def at_start(self) -> None:
        """Close what an earlier life of this server left open.

        To be called once, when this server is sure to be the only one of its name and has not
        begun a job. Raises as the sweep.
        """
        await self._close(job for job in await self.jobs.open_jobs() if job.owner == self.owner)

    async def now(self) -> None:
        """Close every job whose lease is over, without a second look. Raises as the sweep."""
        await self._close(await self._overdue())

    async def _overdue(self) -> list[Job]:
        now, live = self.clock.now(), self.runs.live()
        jobs = await self.jobs.open_jobs()
        return [job for job in jobs if job.is_overdue(now) and job.job_id not in live]

    def _suspicion(self, job: Job) -> tuple[Job, float]:
        known = self._suspects.get(job.job_id)
        if known is not None and known[0].lease_until == job.lease_until:
            return known
        return job, self.clock.monotonic()

    def _is_abandoned(self, job: Job) -> bool:
        _, since = self._suspects[job.job_id]
        watched = self.clock.monotonic() - since
        return job.owner == self.owner or watched >= LEASE.total_seconds()

    async def _close(self, jobs: Iterable[Job]) -> None:
        swept = []
        for job in jobs:
            if await self.jobs.finish(job.failed(FailureReason.INTERRUPTED, at=self.clock.now())):
                swept.append(job.job_id)
                await self.media.discard(job.slot_id, job.job_id)
        if swept:
            self.events.emit(JobsSwept(job_ids=tuple(swept)))
