"""What is told of many jobs at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import evolve, field, frozen

from .errors import FailureReason
from .ids import SlotId
from .job import Job, JobSource, JobStatus
from .moments import aware
from .window import Window

TOKEN_COUNTS: Final = ("promptTokenCount", "candidatesTokenCount", "totalTokenCount")
"""What is added up of `Attempt.usage`: counts of tokens, as providers name them."""

PROVIDER_REASONS: Final = frozenset(
    {
        FailureReason.PROVIDER_5XX,
        FailureReason.BAD_RESPONSE,
        FailureReason.QUOTA,
        FailureReason.NETWORK,
        FailureReason.REFUSED,
        FailureReason.MISCONFIGURED,
    }
)
"""Why jobs fail that failed for their provider."""


class Outcome(StrEnum):
    """What became of a job, in the one word under which it is counted."""

    OPEN = "open"
    DONE = "done"
    LATE = "late"
    DEGRADED = "degraded"
    TIMEOUT = "timeout"
    PROVIDER_ERROR = "provider_error"
    OTHER_ERROR = "other_error"
    CANCELLED = "cancelled"
    UI_TEST = "ui_test"


ENDED: Final = frozenset(Outcome) - {Outcome.OPEN, Outcome.CANCELLED, Outcome.UI_TEST}
"""Outcomes that rates are shares of: somebody waited until the end."""


def outcome_of(job: Job) -> Outcome:
    """Return under which word *job* is counted.

    A test run is a test run, whatever became of it. A picture is done in time, or late. Of the
    rest a job is degraded if the guest's own photo was given; only where an error was given it is
    an error.
    """
    if job.source is JobSource.UI_TEST:
        return Outcome.UI_TEST
    if job.is_open:
        return Outcome.OPEN
    if job.status is JobStatus.DONE:
        return Outcome.LATE if job.is_late else Outcome.DONE
    if job.is_degraded:
        return Outcome.DEGRADED
    return _error_of(job)


def _error_of(job: Job) -> Outcome:
    if job.status is not JobStatus.FAILED:
        return Outcome(job.status)
    is_providers = job.failure_reason in PROVIDER_REASONS
    return Outcome.PROVIDER_ERROR if is_providers else Outcome.OTHER_ERROR


@frozen(kw_only=True)
class Tally:
    """Jobs, counted by their outcomes.

    Attributes:
        counts: Outcomes that there were.
        p50_ms: Half of the jobs done in time took at most so many milliseconds, between two
            neighbours in proportion; None: there were none.
        p95_ms: The same of 95 in 100.
    """

    counts: Mapping[Outcome, int] = field(factory=dict)
    p50_ms: int | None = None
    p95_ms: int | None = None

    def __getitem__(self, outcome: Outcome) -> int:
        return self.counts.get(outcome, 0)

    @property
    def jobs(self) -> int:
        """Jobs that booths sent, whatever became of them."""
        return sum(self.counts.values()) - self[Outcome.UI_TEST]

    @property
    def success_rate(self) -> float | None:
        """The share of `ENDED` that was done in time; None: there were none."""
        return self._share(Outcome.DONE)

    @property
    def timeout_rate(self) -> float | None:
        """The share of `ENDED` that was answered with a timeout; None: there were none."""
        return self._share(Outcome.TIMEOUT)

    def _share(self, outcome: Outcome) -> float | None:
        ended = sum(self[one] for one in ENDED)
        return self[outcome] / ended if ended else None


@frozen(kw_only=True)
class Series:
    """A tally, and how it came about.

    Attributes:
        stretches: By when they begin; those in which no job began are not there.
    """

    tally: Tally
    stretches: Mapping[datetime, Tally] = field(factory=dict)

    def over(self, window: Window) -> Sequence[tuple[datetime, Tally]]:
        """Return the tallies of all stretches of *window*, in order."""
        return [(start, self.stretches.get(start, Tally())) for start in window.stretches()]


@frozen(kw_only=True)
class SlotTallies:
    """Tallies of slots that had jobs, and of all jobs together."""

    together: Tally
    slots: Mapping[SlotId, Tally] = field(factory=dict)


@frozen(kw_only=True)
class Course:
    """The series of all jobs together, and the tallies of slots that had any."""

    series: Series
    slots: Mapping[SlotId, Tally] = field(factory=dict)

    @property
    def tallies(self) -> SlotTallies:
        """The same without stretches."""
        return SlotTallies(together=self.series.tally, slots=self.slots)


@frozen(kw_only=True)
class SlotState:
    """How a slot stands, test runs apart.

    Attributes:
        active_jobs: That are open.
        last_success_at: When the job ended that began last of those done in time.
        last_error_reason: Of the job that began last of those failed or timed out, those included
            whose guests were given their own photo.
        last_error_at: When that one ended.
    """

    active_jobs: int = 0
    last_success_at: datetime | None = field(default=None, validator=aware)
    last_error_reason: FailureReason | None = None
    last_error_at: datetime | None = field(default=None, validator=aware)

    def counted_from(self, start: datetime | None) -> SlotState:
        """Return this without what ended before *start*; None: it is as it was."""
        if start is None:
            return self
        success, error = self.last_success_at, self.last_error_at
        is_old = error is None or error < start
        return evolve(
            self,
            last_success_at=None if success is None or success < start else success,
            last_error_reason=None if is_old else self.last_error_reason,
            last_error_at=None if is_old else error,
        )


@frozen(kw_only=True)
class Totals:
    """What there is, whenever it came.

    Attributes:
        jobs: That booths ever sent.
        stored_bytes: Of results and templates whose files have not been removed.
    """

    jobs: int
    stored_bytes: int


@frozen(kw_only=True)
class Kept:
    """Results that were stored in a window, whatever has become of them, test runs included."""

    results: int
    bytes: int


@frozen(kw_only=True)
class ProviderTally:
    """Attempts at one provider, those of test runs apart.

    Attributes:
        attempts: In all.
        failures: Those that failed, by reason.
        p50_ms: As in `Tally`, of the attempts that led to a picture.
        p95_ms: Likewise.
        tokens: Sums of those `TOKEN_COUNTS` that were told.
    """

    attempts: int = 0
    failures: Mapping[FailureReason, int] = field(factory=dict)
    p50_ms: int | None = None
    p95_ms: int | None = None
    tokens: Mapping[str, int] = field(factory=dict)
