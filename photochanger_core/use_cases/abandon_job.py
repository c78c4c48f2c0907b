"""Give up a job that nobody waits for."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.errors import FailureReason, QueueUnavailable
from photochanger_core.domain.events import JobNotClosed
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.runs import RunsPort


@frozen(kw_only=True)
class AbandonJob:
    """Give up a job whose sender has left, unless it is paid for or somebody else has joined it."""

    jobs: JobRepoPort
    runs: RunsPort
    clock: ClockPort
    events: EventsPort

    async def __call__(self, job: Job) -> None:
        """Close *job*, pending as its run knows, and cancel that; do nothing if it has gone on.

        If the database is away, the job goes on.
        """
        try:
            given_up = await self.jobs.abandon(
                job.failed(FailureReason.JOB_CANCELLED, at=self.clock.now())
            )
        except QueueUnavailable as error:
            self.events.emit(
                JobNotClosed(job_id=job.job_id, slot_id=job.slot_id, detail=repr(error))
            )
            return
        if given_up:
            self.runs.cancel(job.job_id)
