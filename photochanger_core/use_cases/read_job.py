"""Tell how a job stands."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.errors import JobNotFound
from photochanger_core.domain.ids import job_id
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_repo import JobRepoPort


@frozen(kw_only=True)
class ReadJob:
    """Tell how a job stands, as long as its status is visible."""

    jobs: JobRepoPort
    clock: ClockPort

    async def __call__(self, text: str) -> Job:
        """Return the job with the id *text*.

        Raises:
            JobNotFound: If there is none, or it is past its time.
            QueueUnavailable: If it cannot be read.
        """
        job = await self.jobs.get(job_id(text))
        if not job.is_visible(self.clock.now()):
            raise JobNotFound
        return job
