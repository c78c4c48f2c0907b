"""Traces in what the other repositories in memory hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial

from attrs import define, evolve, field

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.cleanup import Leftover
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.ports.traces import TracesPort

from .audit import MemoryAudit
from .cleanup_runs import MemoryCleanupRuns
from .job_repo import MemoryJobRepo

_Trace = tuple[datetime, Callable[[], None]]
"""Since when it is there, and how it is forgotten."""


@define(eq=False)
class MemoryTraces(TracesPort):
    """Traces in what the other repositories in memory hold."""

    _jobs: MemoryJobRepo
    _audit: MemoryAudit
    _runs: MemoryCleanupRuns
    _all: Mapping[Leftover, Callable[[], Iterator[_Trace]]] = field(init=False)

    @_all.default
    def _of_each_kind(self) -> Mapping[Leftover, Callable[[], Iterator[_Trace]]]:
        return {
            Leftover.JOB_METADATA: self._metadata,
            Leftover.PROVIDER_WORDS: self._words,
            Leftover.AUDIT_ENTRIES: self._entries,
            Leftover.CLEANUP_RUNS: self._ended,
        }

    async def count(self, what: Leftover, before: datetime) -> int:
        return len(self._older(what, before))

    async def forget(self, what: Leftover, before: datetime, limit: int) -> int:
        forgotten = self._older(what, before)[:limit]
        for _, forget in forgotten:
            forget()
        return len(forgotten)

    def _older(self, what: Leftover, before: datetime) -> list[_Trace]:
        found = [trace for trace in self._all[what]() if trace[0] < before]
        return sorted(found, key=lambda trace: trace[0])

    def _metadata(self) -> Iterator[_Trace]:
        for job in self._jobs.jobs.values():
            if job.metadata and job.result is None and not job.is_running:
                yield job.expires_at, partial(self._forget_metadata, job)

    def _forget_metadata(self, job: Job) -> None:
        self._jobs.jobs[job.job_id] = evolve(job, metadata={})

    def _words(self) -> Iterator[_Trace]:
        for job_id, attempts in self._jobs.stored_attempts.items():
            for attempt in attempts:
                if attempt.detail:
                    yield attempt.started_at, partial(self._mute, job_id, attempt)

    def _mute(self, job_id: JobId, attempt: Attempt) -> None:
        attempts = self._jobs.stored_attempts[job_id]
        muted = tuple(evolve(one, detail="") if one == attempt else one for one in attempts)
        self._jobs.stored_attempts[job_id] = muted

    def _entries(self) -> Iterator[_Trace]:
        for entry in self._audit.entries:
            yield entry.at, partial(self._audit.entries.remove, entry)

    def _ended(self) -> Iterator[_Trace]:
        for run in self._runs.runs:
            yield run.finished_at, partial(self._runs.runs.remove, run)
