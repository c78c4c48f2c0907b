"""Statistics of what lies in memory."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import define

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_core.domain.media import MediaUse
from photochanger_core.domain.stats import (
    TOKEN_COUNTS,
    Course,
    Kept,
    Outcome,
    ProviderTally,
    Series,
    SlotState,
    SlotTallies,
    Tally,
    Totals,
    outcome_of,
)
from photochanger_core.domain.window import Window
from photochanger_core.ports.stats import StatsPort

from .job_repo import MemoryJobRepo
from .media_repo import MemoryMediaRepo

_FAILED: Final = frozenset({JobStatus.FAILED, JobStatus.TIMEOUT})


@define
class MemoryStatsRepo(StatsPort):
    """Statistics of what a `MemoryJobRepo` and a `MemoryMediaRepo` hold."""

    _jobs: MemoryJobRepo
    _media: MemoryMediaRepo

    async def tallies(self, window: Window) -> SlotTallies:
        by_slot = await self.series_by_slot(window)
        return SlotTallies(
            together=_tally(self._in(window)),
            slots={slot_id: series.tally for slot_id, series in by_slot.items()},
        )

    async def course(self, window: Window) -> Course:
        tallies = await self.tallies(window)
        return Course(series=_series(window, self._in(window)), slots=tallies.slots)

    async def tallies_apart(self, windows: Mapping[SlotId, Window]) -> Mapping[SlotId, Tally]:
        jobs = {
            slot_id: [job for job in self._in(window) if job.slot_id == slot_id]
            for slot_id, window in windows.items()
        }
        return {slot_id: _tally(some) for slot_id, some in jobs.items() if some}

    async def series(self, window: Window, slots: Collection[SlotId]) -> Series:
        return _series(window, [job for job in self._in(window) if job.slot_id in slots])

    async def series_by_slot(self, window: Window) -> Mapping[SlotId, Series]:
        jobs: dict[SlotId, list[Job]] = {}
        for job in self._in(window):
            jobs.setdefault(job.slot_id, []).append(job)
        return {slot_id: _series(window, some) for slot_id, some in jobs.items()}

    async def states(self) -> Mapping[SlotId, SlotState]:
        booths = sorted(self._of_booths(), key=lambda job: job.started_at)
        return {
            slot_id: _state([job for job in booths if job.slot_id == slot_id])
            for slot_id in SLOT_IDS
        }

    async def totals(self) -> Totals:
        results = (job.result for job in self._jobs.jobs.values() if job.result)
        templates = (one for one in self._media.media.values() if one.use is MediaUse.TEMPLATE)
        stored = sum(result.size for result in results if not result.cleaned_at)
        stored += sum(template.size for template in templates if not template.cleaned_at)
        return Totals(jobs=len(self._of_booths()), stored_bytes=stored)

    async def kept(self, window: Window) -> Kept:
        sizes = [
            job.result.size
            for job in self._jobs.jobs.values()
            if job.result and job.finished_at
            if window.since <= job.finished_at <= window.until
        ]
        return Kept(results=len(sizes), bytes=sum(sizes))

    async def providers(self, window: Window) -> Mapping[str, ProviderTally]:
        attempts: dict[str, list[Attempt]] = {}
        for job in self._of_booths():
            for attempt in await self._jobs.attempts(job.job_id):
                if window.since <= attempt.started_at <= window.until:
                    attempts.setdefault(attempt.provider, []).append(attempt)
        return {provider: _provider_tally(some) for provider, some in attempts.items()}

    async def attempts_of(self, window: Window, slot: SlotId) -> Mapping[str, ProviderTally]:
        attempts: dict[str, list[Attempt]] = {}
        for job in self._in(window):
            if job.slot_id == slot and job.source is JobSource.INGEST:
                for attempt in await self._jobs.attempts(job.job_id):
                    attempts.setdefault(attempt.provider, []).append(attempt)
        return {provider: _provider_tally(some) for provider, some in attempts.items()}

    def _of_booths(self) -> Sequence[Job]:
        return [job for job in self._jobs.jobs.values() if job.source is JobSource.INGEST]

    def _in(self, window: Window) -> Sequence[Job]:
        jobs = self._jobs.jobs.values()
        return [job for job in jobs if window.since <= job.started_at <= window.until]


def _series(window: Window, jobs: Sequence[Job]) -> Series:
    stretches: dict[datetime, list[Job]] = {}
    for job in jobs:
        stretches.setdefault(window.stretch(job.started_at), []).append(job)
    return Series(
        tally=_tally(jobs), stretches={start: _tally(some) for start, some in stretches.items()}
    )


def _tally(jobs: Sequence[Job]) -> Tally:
    durations = [job.duration_ms for job in jobs if outcome_of(job) is Outcome.DONE]
    p50, p95 = _percentiles(one for one in durations if one is not None)
    return Tally(counts=Counter(map(outcome_of, jobs)), p50_ms=p50, p95_ms=p95)


def _state(jobs: Sequence[Job]) -> SlotState:
    """Return how a slot stands that has had *jobs*, the youngest last."""
    done = [job for job in jobs if outcome_of(job) is Outcome.DONE]
    failed = [job for job in jobs if job.status in _FAILED]
    return SlotState(
        active_jobs=sum(job.is_open for job in jobs),
        last_success_at=done[-1].finished_at if done else None,
        last_error_reason=failed[-1].failure_reason if failed else None,
        last_error_at=failed[-1].finished_at if failed else None,
    )


def _provider_tally(attempts: Sequence[Attempt]) -> ProviderTally:
    reasons: Counter[FailureReason] = Counter()
    tokens: Counter[str] = Counter()
    for attempt in attempts:
        if attempt.failure_reason is not None:
            reasons[attempt.failure_reason] += 1
        tokens.update({name: attempt.usage[name] for name in TOKEN_COUNTS if name in attempt.usage})
    p50, p95 = _percentiles(round(a.seconds * 1000) for a in attempts if a.failure_reason is None)
    return ProviderTally(
        attempts=len(attempts), failures=reasons, p50_ms=p50, p95_ms=p95, tokens=tokens
    )


def _percentiles(values: Iterable[int]) -> tuple[int | None, int | None]:
    ordered = sorted(values)
    if not ordered:
        return None, None
    return _percentile(ordered, 0.5), _percentile(ordered, 0.95)


def _percentile(ordered: Sequence[int], share: float) -> int:
    """Return the value that *share* of them do not exceed, between two neighbours in proportion."""
    place = share * (len(ordered) - 1)
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return round(low + (place - math.floor(place)) * (high - low))
