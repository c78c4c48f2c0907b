"""Stop a job, as an administrator may."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.errors import FailureReason, JobNotFound
from photochanger_core.domain.ids import job_id
from photochanger_core.domain.job import Job
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.runs import RunsPort


@frozen(kw_only=True)
class CancelJob:
    """Stop a job, as an administrator may.

    Whoever waits for it is told at once, but for the caller who began it in another process: that
    run is stopped when the next renewals of its lease find the job closed.
    """

    jobs: JobRepoPort
    runs: RunsPort
    audit: AuditPort
    clock: ClockPort

    async def __call__(self, text: str, *, by: Actor) -> Job:
        """Cancel the job with the id *text* and return it; one that has ended stays as it is.

        Raises:
            JobNotFound: If there is none, or its status is not visible any more.
            QueueUnavailable: If it cannot be read or closed, or that not be noted.
        """
        job = await self.jobs.get(job_id(text))
        now = self.clock.now()
        if not job.is_visible(now):
            raise JobNotFound
        while job.is_running:
            was_closed = await self._was_closed_now(job, now)
            if was_closed:
                self.runs.cancel(job.job_id)
                await self._note(job, by)
            job = await self.jobs.get(job.job_id)
        return job

    async def _was_closed_now(self, job: Job, now: datetime) -> bool:
        """Close *job*; False: it ended by itself, or another did so, since it was read."""
        if job.is_open:
            return await self.jobs.finish(job.failed(FailureReason.JOB_CANCELLED, at=now))
        return await self.jobs.release(job)

    async def _note(self, job: Job, by: Actor) -> None:
        await self.audit.note(
            AuditEntry(
                at=self.clock.now(),
                actor=by,
                action=AuditAction.JOB_CANCELLED,
                subject=job.job_id,
                details={"slot_id": job.slot_id},
            )
        )
