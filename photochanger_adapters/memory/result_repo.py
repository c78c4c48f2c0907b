"""Results of jobs in a dict."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from attrs import define, evolve

from photochanger_core.domain.changes import Change, Missed, ResultRemoved
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, JobSource, Result
from photochanger_core.domain.place import Place
from photochanger_core.ports.result_repo import ResultCount, ResultRepoPort

from .job_repo import MemoryJobRepo


@define
class MemoryResultRepo(ResultRepoPort):
    """The results of what a `MemoryJobRepo` holds."""

    _jobs: MemoryJobRepo

    async def latest(
        self,
        slot_ids: Collection[SlotId],
        now: datetime,
        limit: int,
        *,
        before: Place | None = None,
    ) -> Sequence[Job]:
        kept = [
            (job.finished_at, job.job_id)
            for job in self._jobs.jobs.values()
            if job.slot_id in slot_ids and job.source is JobSource.INGEST
            if job.result is not None and not job.result.is_gone(now)
            if job.finished_at is not None
            if before is None or (job.finished_at, job.job_id) < (before.moment, before.job_id)
        ]
        return [self._jobs.jobs[job_id] for _, job_id in sorted(kept, reverse=True)[:limit]]

    async def expired(
        self,
        now: datetime,
        limit: int,
        *,
        slot_id: SlotId | None = None,
        after: Job | None = None,
    ) -> Sequence[Job]:
        return self._page(lambda result: result.expires_at < now, slot_id, after)[:limit]

    async def kept(
        self,
        now: datetime,
        limit: int,
        *,
        slot_id: SlotId | None = None,
        after: Job | None = None,
    ) -> Sequence[Job]:
        return self._page(lambda result: result.expires_at >= now, slot_id, after)[:limit]

    async def count(self, now: datetime, *, slot_id: SlotId | None = None) -> ResultCount:
        return ResultCount(
            expired=len(self._page(lambda result: result.expires_at < now, slot_id, None)),
            kept=len(self._page(lambda result: result.expires_at >= now, slot_id, None)),
        )

    async def with_files(self, job_ids: Collection[JobId]) -> Collection[JobId]:
        jobs = (job for job_id in job_ids if (job := self._jobs.jobs.get(job_id)))
        return {job.job_id for job in jobs if job.is_running or _kept(job)}

    async def ended_without(self, since: datetime, limit: int) -> Sequence[Job]:
        ended = [
            (job.started_at, job.job_id)
            for job in self._jobs.jobs.values()
            if job.result is None and not job.is_running and job.started_at >= since
        ]
        return [self._jobs.jobs[job_id] for _, job_id in sorted(ended, reverse=True)[:limit]]

    async def mark_cleaned(self, job_ids: Collection[JobId], at: datetime) -> None:
        removed = [change for job_id in job_ids if (change := self._clean(job_id, at))]
        if removed:
            self._jobs.changes.tell(removed[0] if len(removed) == 1 else Missed())

    def _clean(self, job_id: JobId, at: datetime) -> Change | None:
        job = self._jobs.jobs.get(job_id)
        if job is None or (result := _kept(job)) is None:
            return None
        cleaned = evolve(job, metadata={}, result=evolve(result, cleaned_at=at))
        self._jobs.jobs[job_id] = cleaned
        return ResultRemoved(job_id=job_id, slot_id=job.slot_id)

    def _page(
        self, is_wanted: Callable[[Result], bool], slot_id: SlotId | None, after: Job | None
    ) -> Sequence[Job]:
        """Return the jobs of results that are not cleaned, those that expire first first."""
        found = [
            (result.expires_at, job.job_id)
            for job in self._jobs.jobs.values()
            if (result := _kept(job)) and is_wanted(result)
            if slot_id in (None, job.slot_id)
        ]
        if after is not None and after.result is not None:
            place = after.result.expires_at, after.job_id
            found = [one for one in found if one > place]
        return [self._jobs.jobs[job_id] for _, job_id in sorted(found)]


def _kept(job: Job) -> Result | None:
    return job.result if job.result and job.result.cleaned_at is None else None
