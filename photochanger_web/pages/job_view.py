"""What is shown on the page of a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from attrs import frozen

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.job import Job
from photochanger_core.domain.stats import TOKEN_COUNTS
from photochanger_core.use_cases.inspect_job import JobView
from photochanger_web.amounts import in_mebibytes, in_seconds
from photochanger_web.locale import page_text

from .job_waterfall import Waterfall, waterfall_of
from .job_words import asked, how_long, why


@frozen(kw_only=True)
class AttemptShown:
    """One asking of a provider.

    Attributes:
        role: Why it came to that: `retry`, `fallback`; empty: it was the first choice.
        problem: Why it led to no picture; None: it did.
        counts: What the provider has counted, and what it says is left, by their names.
    """

    number: int
    asked: str
    role: str
    took: str
    problem: str | None
    reason: FailureReason | None
    detail: str
    counts: Mapping[str, int]


@frozen(kw_only=True)
class JobShown:
    """All that is shown of a job.

    Attributes:
        so_far: Seconds since its window began, and how long the window is.
        waterfall: None: nobody knows, or not yet.
    """

    job: Job
    took: str | None
    problem: str | None
    attempts: Sequence[AttemptShown]
    so_far: tuple[float, float]
    waterfall: Waterfall | None
    picture_size: str | None


def shown_of(view: JobView, language: str) -> JobShown:
    """Return what is shown of the job in *view*, in *language*."""
    job = view.job
    return JobShown(
        job=job,
        took=how_long(language, job),
        problem=why(language, job.failure_reason),
        attempts=_attempts(language, job),
        so_far=_so_far(view),
        waterfall=waterfall_of(language, job),
        picture_size=in_mebibytes(language, job.result.size) if job.result else None,
    )


def _so_far(view: JobView) -> tuple[float, float]:
    began = view.job.arrived_at or view.job.started_at
    window = (view.job.sync_deadline - began).total_seconds()
    return round((view.at - began).total_seconds()), round(window)


def _attempts(language: str, job: Job) -> Sequence[AttemptShown]:
    before: Sequence[Attempt | None] = (None, *job.attempts)
    return [_attempt(language, job, last, one) for last, one in pairwise(before) if one]


def _attempt(language: str, job: Job, last: Attempt | None, one: Attempt) -> AttemptShown:
    return AttemptShown(
        number=one.number,
        asked=asked(one),
        role=_role(job, last, one),
        took=in_seconds(language, one.seconds),
        problem=why(language, one.failure_reason),
        reason=one.failure_reason,
        detail=one.detail,
        counts=_counts(language, one),
    )


def _role(job: Job, last: Attempt | None, one: Attempt) -> str:
    if last is not None and (last.provider, last.model) == (one.provider, one.model):
        return "retry"
    return "" if one.provider == job.provider_id else "fallback"


def _counts(language: str, one: Attempt) -> Mapping[str, int]:
    used = {_count(language, name): number for name, number in one.usage.items()}
    left = {
        page_text(language, "job.left", name=name): number
        for name, number in one.quota_left.items()
    }
    return used | left


def _count(language: str, name: str) -> str:
    return page_text(language, f"job.{name}") if name in TOKEN_COUNTS else name
