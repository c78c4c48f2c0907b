"""Show administrators all that is known of a job."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from photochanger_core.domain.ids import job_id
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_repo import JobRepoPort


@frozen(kw_only=True)
class JobView:
    """A job with its attempts, as it was *at* a moment."""

    job: Job
    at: datetime

    @property
    def has_picture(self) -> bool:
        """Whether its picture can still be had."""
        result = self.job.result
        return result is not None and not result.is_gone(self.at)


@frozen(kw_only=True)
class InspectJob:
    """Show administrators all that is known of a job, past its time, too.

    Attempts are known once the job has ended: until then whoever runs it keeps them.
    """

    jobs: JobRepoPort
    clock: ClockPort

    async def __call__(self, text: str) -> JobView:
        """Return the job with the id *text*.

        Raises:
            JobNotFound: If there is none.
            QueueUnavailable: If it cannot be read.
        """
        job = await self.jobs.get(job_id(text))
        attempts = await self.jobs.attempts(job.job_id)
        return JobView(job=evolve(job, attempts=tuple(attempts)), at=self.clock.now())
