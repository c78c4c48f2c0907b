"""What a job's time went to, as its moments tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from attrs import frozen

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.job import Job
from photochanger_core.use_cases.timing import Phase


@frozen
class Span:
    """From one moment to another, in seconds since the job's request came."""

    begin: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end - self.begin


@frozen(kw_only=True)
class Course:
    """What a job's time went to.

    Attributes:
        phases: Those that lasted, one after the other, without a gap.
        attempts: In the phase of the provider, as they are numbered.
        deadline: When the sync window was over.
        end: When the job had ended, and all its attempts.
    """

    phases: Mapping[Phase, Span]
    attempts: Sequence[Span]
    deadline: float
    end: float


def course_of(job: Job) -> Course | None:
    """Return what the time of *job* went to; None: nobody knows, or not yet.

    Its moments are those of wall clocks, which are set at times: what would be before the
    beginning is put there. The picture is being stored from the last answer on; where there is
    none, everything after the first attempt was spent on the provider.
    """
    if job.finished_at is None or _is_unknown(job):
        return None
    tried = [_Since(job).span(one.started_at, one.seconds) for one in job.attempts]
    end = max(0.0, _Since(job).seconds(job.finished_at), *(one.end for one in tried))
    started = _within(0.0, _Since(job).seconds(job.started_at), end)
    attempts = [
        Span(_within(started, one.begin, end), _within(started, one.end, end)) for one in tried
    ]
    asked = min((one.begin for one in attempts), default=end)
    answered = max((one.end for one in attempts), default=end) if job.result else end
    cuts = pairwise((0.0, started, asked, answered, end))
    spans = {phase: Span(*cut) for phase, cut in zip(Phase, cuts, strict=True)}
    return Course(
        phases={phase: span for phase, span in spans.items() if span.seconds > 0},
        attempts=attempts,
        deadline=max(0.0, _Since(job).seconds(job.sync_deadline)),
        end=end,
    )


def _is_unknown(job: Job) -> bool:
    """Whether whoever ran *job* has not come to tell how far that went."""
    return job.failure_reason is FailureReason.INTERRUPTED and not job.attempts


@frozen
class _Since:
    """Moments as seconds since the request of a job came, or its photo where that is not known."""

    job: Job

    def seconds(self, moment: datetime) -> float:
        return (moment - (self.job.arrived_at or self.job.started_at)).total_seconds()

    def span(self, begin: datetime, seconds: float) -> Span:
        return Span(self.seconds(begin), self.seconds(begin) + seconds)


def _within(least: float, moment: float, most: float) -> float:
    return min(max(least, moment), most)
