"""Jobs in a dict."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from attrs import define, evolve, field

from photochanger_core.domain.errors import JobNotFound, QueueBusy
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job, JobStatus, Result
from photochanger_core.ports.job_repo import JobRepoPort, Limits

from .storable import storable_json


@define
class MemoryJobRepo(JobRepoPort):
    """Jobs in a dict; one process only."""

    _jobs: dict[JobId, Job] = field(factory=dict, init=False)

    async def admit(self, job: Job, limits: Limits) -> None:
        live = [other for other in self._open() if not other.is_overdue(job.started_at)]
        here = [other for other in live if other.slot_id == job.slot_id]
        if len(live) >= limits.everywhere or len(here) >= limits.slot:
            raise QueueBusy
        if job.job_id in self._jobs:
            raise ValueError(f"job {job.job_id} exists")
        self._jobs[job.job_id] = evolve(job, metadata=storable_json(dict(job.metadata)))

    async def start(self, job: Job) -> bool:
        stored = self._jobs.get(job.job_id)
        if stored is None or stored.status is not JobStatus.PENDING:
            return False
        self._jobs[job.job_id] = stored.processing()
        return True

    async def finish(self, job: Job) -> bool:
        stored = self._jobs.get(job.job_id)
        if stored is None or not stored.is_open:
            return False
        self._jobs[job.job_id] = evolve(
            stored,
            status=job.status,
            failure_reason=job.failure_reason,
            result=job.result,
            finished_at=job.finished_at,
        )
        return True

    async def get(self, job_id: JobId) -> Job:
        try:
            return self._jobs[job_id]
        except KeyError:
            raise JobNotFound from None

    async def open_jobs(self) -> Sequence[Job]:
        return sorted(self._open(), key=lambda job: (job.started_at, job.job_id))

    async def renew(self, job_ids: Collection[JobId], lease_until: datetime) -> None:
        for job in self._open():
            if job.job_id in job_ids:
                self._jobs[job.job_id] = evolve(job, lease_until=lease_until)

    async def expired(self, now: datetime, limit: int) -> Sequence[Job]:
        due = [
            (result.expires_at, job.job_id)
            for job in self._jobs.values()
            if (result := _kept(job)) and result.expires_at < now
        ]
        return [self._jobs[job_id] for _, job_id in sorted(due)[:limit]]

    async def mark_cleaned(self, job_id: JobId, at: datetime) -> None:
        job = self._jobs.get(job_id)
        if job and (result := _kept(job)):
            self._jobs[job_id] = evolve(job, metadata={}, result=evolve(result, cleaned_at=at))

    def _open(self) -> list[Job]:
        return [job for job in self._jobs.values() if job.is_open]


def _kept(job: Job) -> Result | None:
    return job.result if job.result and job.result.cleaned_at is None else None
