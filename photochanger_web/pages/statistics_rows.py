"""Rows of the tables on the page of statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from enum import StrEnum

from attrs import frozen

from photochanger_core.domain.errors import FailureReason, error_of
from photochanger_core.domain.job import Job
from photochanger_core.domain.reports import ProviderStats, SlotStats
from photochanger_core.domain.starts import Starts
from photochanger_core.domain.stats import Outcome, Tally
from photochanger_core.domain.window import Window
from photochanger_web.errors import error_text
from photochanger_web.moments import rfc3339

from .ago import ago
from .local_time import day_and_clock, when
from .statistics_look import Look
from .statistics_words import Words


class State(StrEnum):
    """How a slot is doing: by whether it takes photos, and whether anything failed."""

    WELL = "well"
    FAILING = "failing"
    OFF = "off"


@frozen(kw_only=True)
class Moment:
    """A moment: `at` is for programs, `shown` for people."""

    at: str
    shown: str


@frozen(kw_only=True)
class SlotRow:
    """The figures of a slot.

    Attributes:
        since: From when on its jobs are counted; None: as those of all.
    """

    slot_id: str
    name: str
    address: str
    jobs: str
    timeouts: str
    provider_errors: str
    last_success: Moment | None
    last_error: str | None
    state: State
    since: str | None


@frozen(kw_only=True)
class Failure:
    """A job that failed, or timed out.

    Attributes:
        sentence: Why, for people.
        detail: What the provider said.
        is_degraded: Whether the guest was given their own photo.
    """

    job_id: str
    slot_id: str
    slot: str
    at: Moment
    sentence: str
    provider: str
    attempts: int
    detail: str
    is_degraded: bool


@frozen(kw_only=True)
class ProviderRow:
    """The figures of a provider: attempts, why they failed, what it counts and has left."""

    name: str
    attempts: str
    failures: Sequence[tuple[str, str]]
    p50: str
    p95: str
    tokens: Mapping[str, str]
    left: Mapping[str, str]


@frozen(kw_only=True)
class PointRow:
    """The figures of a stretch of the window."""

    at: Moment
    jobs: str
    p50: str
    p95: str
    timeouts: str
    share: str


@frozen(kw_only=True)
class Rows:
    """Makes rows for whoever looks, *now*."""

    look: Look
    starts: Starts
    words: Words
    zone: timezone
    now: datetime

    def slot(self, stats: SlotStats) -> SlotRow:
        """Return the figures of a slot."""
        slot, tally, state = stats.slot, stats.tally, stats.state
        start = self.starts.slots.get(slot.slot_id)
        success, reason = state.last_success_at, state.last_error_reason
        return SlotRow(
            slot_id=slot.slot_id,
            name=stats.display_name,
            address=self.look.at(slot.slot_id).address(),
            jobs=self.words.count(tally.jobs),
            timeouts=self.words.count(tally[Outcome.TIMEOUT]),
            provider_errors=self.words.count(tally[Outcome.PROVIDER_ERROR]),
            last_success=None if success is None else self._ago(success),
            last_error=reason and self._sentence(reason),
            state=_state(stats),
            since=None if start is None else day_and_clock(start, self.zone),
        )

    def point(self, start: datetime, tally: Tally, window: Window) -> PointRow:
        """Return the figures of a stretch that begins at *start*."""
        shown = when(start, window, self.zone)
        return PointRow(
            at=Moment(at=rfc3339(start), shown=shown),
            jobs=self.words.count(tally.jobs),
            p50=self.words.seconds(tally.p50_ms),
            p95=self.words.seconds(tally.p95_ms),
            timeouts=self.words.count(tally[Outcome.TIMEOUT]),
            share=self.words.share(tally.timeout_rate),
        )

    def provider(self, stats: ProviderStats) -> ProviderRow:
        """Return the figures of a provider."""
        tally, words = stats.tally, self.words
        failures = sorted(tally.failures.items(), key=lambda one: (-one[1], one[0]))
        return ProviderRow(
            name=stats.name.capitalize(),
            attempts=words.count(tally.attempts),
            failures=[(self._sentence(reason), words.count(n)) for reason, n in failures],
            p50=words.seconds(tally.p50_ms),
            p95=words.seconds(tally.p95_ms),
            tokens={name: words.count(number) for name, number in tally.tokens.items()},
            left={name: words.count(number) for name, number in stats.quota_left.items()},
        )

    def failure(self, job: Job, slot: str) -> Failure:
        """Return what is told of a job of the slot called *slot* that failed."""
        last = job.attempts[-1] if job.attempts else None
        return Failure(
            job_id=job.job_id,
            slot_id=job.slot_id,
            slot=slot,
            at=Moment(at=rfc3339(job.started_at), shown=day_and_clock(job.started_at, self.zone)),
            sentence=self._sentence(job.failure_reason or FailureReason.INTERNAL_ERROR),
            provider=(last.provider if last else job.provider_id).capitalize(),
            attempts=len(job.attempts),
            detail=last.detail if last else "",
            is_degraded=job.is_degraded,
        )

    def _ago(self, moment: datetime) -> Moment:
        return Moment(at=rfc3339(moment), shown=ago(self.words.text, moment, self.now))

    def _sentence(self, reason: FailureReason) -> str:
        return error_text(error_of(reason), self.words.language)


def _state(stats: SlotStats) -> State:
    if not stats.slot.is_active:
        return State.OFF
    tally = stats.tally
    failed = (Outcome.TIMEOUT, Outcome.PROVIDER_ERROR, Outcome.OTHER_ERROR, Outcome.DEGRADED)
    return State.FAILING if any(tally[one] for one in failed) else State.WELL
