"""Jobs in a dict, leafed through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import define, evolve

from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.ports.job_list import JobFilter, JobListPort

from .job_repo import MemoryJobRepo


@define
class MemoryJobList(JobListPort):
    """What a `MemoryJobRepo` holds, leafed through."""

    _jobs: MemoryJobRepo

    async def page(self, wanted: JobFilter, limit: int) -> Sequence[Job]:
        found = [job for job in self._jobs.jobs.values() if _is_wanted(job, wanted)]
        page = sorted(found, key=_place, reverse=True)[:limit]
        return [evolve(job, attempts=tuple(await self._jobs.attempts(job.job_id))) for job in page]


def _place(job: Job) -> tuple[datetime, JobId]:
    return job.started_at, job.job_id


def _is_wanted(job: Job, wanted: JobFilter) -> bool:
    before = wanted.before
    return (
        wanted.slot_id in (None, job.slot_id)
        and wanted.source in (None, job.source)
        and (wanted.statuses is None or job.status in wanted.statuses)
        and (before is None or _place(job) < (before.moment, before.job_id))
    )
