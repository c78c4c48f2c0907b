"""Results of jobs in a dict."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from attrs import define, evolve

from photochanger_core.domain.changes import ResultRemoved
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, JobSource, Result
from photochanger_core.ports.result_repo import ResultRepoPort

from .job_repo import MemoryJobRepo


@define
class MemoryResultRepo(ResultRepoPort):
    """The results of what a `MemoryJobRepo` holds."""

    _jobs: MemoryJobRepo

    async def latest(
        self, slot_ids: Collection[SlotId], now: datetime, limit: int
    ) -> Sequence[Job]:
        kept = [
            (job.finished_at, job.job_id)
            for job in self._jobs.jobs.values()
            if job.slot_id in slot_ids and job.source is JobSource.INGEST
            if job.result is not None and not job.result.is_gone(now)
        ]
        return [self._jobs.jobs[job_id] for _, job_id in sorted(kept, reverse=True)[:limit]]

    async def expired(
        self, now: datetime, limit: int, *, slot_id: SlotId | None = None
    ) -> Sequence[Job]:
        due = [
            (result.expires_at, job.job_id)
            for job in self._jobs.jobs.values()
            if (result := _kept(job)) and result.expires_at < now
            if slot_id in (None, job.slot_id)
        ]
        return [self._jobs.jobs[job_id] for _, job_id in sorted(due)[:limit]]

    async def mark_cleaned(self, job_id: JobId, at: datetime) -> None:
        job = self._jobs.jobs.get(job_id)
        if job and (result := _kept(job)):
            cleaned = evolve(job, metadata={}, result=evolve(result, cleaned_at=at))
            self._jobs.jobs[job_id] = cleaned
            self._jobs.changes.tell(ResultRemoved(job_id=job_id, slot_id=job.slot_id))


def _kept(job: Job) -> Result | None:
    return job.result if job.result and job.result.cleaned_at is None else None
