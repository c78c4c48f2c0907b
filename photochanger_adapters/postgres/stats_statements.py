"""What is said to PostgreSQL about many jobs at once.

Jobs of a window are read from `job_history_by_slot` alone, attempts by `attempt_by_start`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Interval,
    Label,
    Numeric,
    ScalarSelect,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from photochanger_core.domain.job import JobSource, JobStatus
from photochanger_core.domain.media import MediaUse
from photochanger_core.domain.stats import PROVIDER_REASONS, TOKEN_COUNTS, Outcome

from .columns import MOMENT
from .job_clauses import FAILURES, IS_OPEN, RESULT
from .statements import Statement, given
from .tables import ATTEMPTS, JOB_TOTALS, JOBS, MEDIA, SLOTS

CODE_OF: Final[Mapping[Outcome, int]] = {
    outcome: number for number, outcome in enumerate(Outcome, start=1)
}
"""Outcomes while they are counted: small enough for 60,000 jobs to be sorted in memory."""

PERCENTILES: Final[Mapping[str, float]] = {"p50_ms": 0.5, "p95_ms": 0.95}
"""Columns, and what they show."""

_SINCE: Final = given("since", MOMENT)
_UNTIL: Final = given("until", MOMENT)
_EPOCH: Final = cast(literal("1970-01-01T00:00:00Z"), MOMENT)

_OF_BOOTHS: Final = JOBS.c.source == JobSource.INGEST
_IN_SLOT: Final = JOBS.c.slot_id == SLOTS.c.id
_IN_SLOTS: Final = JOBS.c.slot_id == func.any(given("slots", ARRAY(Text())))


def _outcome() -> ColumnElement[int]:
    """The outcome of a job as `outcome_of` tells it."""
    rules: dict[ColumnElement[bool], Outcome] = {
        JOBS.c.source == JobSource.UI_TEST: Outcome.UI_TEST,
        IS_OPEN: Outcome.OPEN,
        and_(JOBS.c.status == JobStatus.DONE, JOBS.c.is_late): Outcome.LATE,
        JOBS.c.status == JobStatus.DONE: Outcome.DONE,
        JOBS.c.is_degraded.is_(True): Outcome.DEGRADED,
        JOBS.c.status == JobStatus.TIMEOUT: Outcome.TIMEOUT,
        JOBS.c.status == JobStatus.CANCELLED: Outcome.CANCELLED,
        JOBS.c.failure_reason.in_(sorted(PROVIDER_REASONS)): Outcome.PROVIDER_ERROR,
    }
    return case(
        *((rule, CODE_OF[outcome]) for rule, outcome in rules.items()),
        else_=CODE_OF[Outcome.OTHER_ERROR],
    )


_IN_WINDOW: Final = and_(_IN_SLOTS, JOBS.c.started_at.between(_SINCE, _UNTIL))


def _in_windows() -> ColumnElement[bool]:
    """Whether a job is in the window of its slot: there are as many of both, in the same order."""
    moments = ARRAY(MOMENT)
    asked = func.unnest(
        given("slots", ARRAY(Text())), given("since", moments), given("until", moments)
    )
    windows = asked.table_valued("slot_id", "since", "until").render_derived(name="asked")
    return and_(
        JOBS.c.slot_id == windows.c.slot_id,
        JOBS.c.started_at.between(windows.c.since, windows.c.until),
    )


def _jobs(where: ColumnElement[bool], *more: Label[Any]) -> Subquery:
    """Jobs in the few bytes that counting them takes."""
    return (
        select(
            JOBS.c.slot_id,
            _outcome().label("outcome"),
            JOBS.c.duration_ms,
            *more,
        )
        .where(where)
        .offset(0)  # keeps PostgreSQL from taking the columns apart again before it sorts
        .subquery("jobs")
    )


def _times(of: ColumnElement[Any], where: ColumnElement[bool]) -> Iterator[Label[Any]]:
    for name, share in PERCENTILES.items():
        yield func.percentile_cont(share).within_group(of).filter(where).label(name)


def _tallies(jobs: Subquery, by: list[str], *, also_by: list[str]) -> Select[Any]:
    """The tallies of *jobs* for each value of *by*, and for each value of *also_by*."""
    done = jobs.c.outcome == CODE_OF[Outcome.DONE]
    counts = (
        func.count().filter(jobs.c.outcome == code).label(outcome.value)
        for outcome, code in CODE_OF.items()
    )
    sets = [tuple_(*(jobs.c[name] for name in names)) for names in (by, also_by)]
    return select(
        *(jobs.c[name] for name in by),
        *counts,
        *_times(jobs.c.duration_ms, done),
    ).group_by(func.grouping_sets(*sets))


def _stretch() -> Label[Any]:
    step = given("step", Interval())
    return func.date_bin(step, JOBS.c.started_at, _EPOCH).label("stretch")


def _last(column: ColumnElement[Any], *where: ColumnElement[bool]) -> ScalarSelect[Any]:
    """What *column* says of the job that began last in a slot, of those *where* it is so."""
    return (
        select(column)
        .where(_IN_SLOT, _OF_BOOTHS, *where)
        .order_by(JOBS.c.started_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def _states() -> Select[Any]:
    active = select(func.count()).where(_IN_SLOT, _OF_BOOTHS, IS_OPEN).scalar_subquery()
    success = _last(JOBS.c.finished_at, JOBS.c.status == JobStatus.DONE, ~JOBS.c.is_late)
    is_error = FAILURES, JOBS.c.status != JobStatus.CANCELLED
    return select(
        SLOTS.c.id,
        active.label("active_jobs"),
        success.label("last_success_at"),
        _last(JOBS.c.failure_reason, *is_error).label("last_error_reason"),
        _last(JOBS.c.finished_at, *is_error).label("last_error_at"),
    )


def _totals() -> Select[Any]:
    jobs = select(JOB_TOTALS.c.jobs).where(JOB_TOTALS.c.source == JobSource.INGEST)
    stored = select(func.coalesce(func.sum(MEDIA.c.size), 0)).where(
        MEDIA.c.type.in_([RESULT, MediaUse.TEMPLATE]), MEDIA.c.cleaned_at.is_(None)
    )
    return select(
        jobs.scalar_subquery().label("jobs"), stored.scalar_subquery().label("stored_bytes")
    )


def _kept() -> Select[Any]:
    """Results by when they were made, found slot by slot: there is an index for that."""
    return select(
        func.count().label("results"), func.coalesce(func.sum(MEDIA.c.size), 0).label("bytes")
    ).where(
        MEDIA.c.slot_id == func.any(given("slots", ARRAY(Text()))),
        MEDIA.c.type == RESULT,
        MEDIA.c.created_at.between(_SINCE, _UNTIL),
    )


_ATTEMPTED: Final = and_(
    ATTEMPTS.c.source == JobSource.INGEST, ATTEMPTS.c.started_at.between(_SINCE, _UNTIL)
)
_ATTEMPTED_FOR_SLOT: Final = ATTEMPTS.c.job_id.in_(
    select(JOBS.c.job_id).where(
        JOBS.c.slot_id == given("slot", Text()),
        _OF_BOOTHS,
        JOBS.c.started_at.between(_SINCE, _UNTIL),
    )
)


def _attempts(where: ColumnElement[bool], *more: Label[Any]) -> Select[Any]:
    """Attempts, counted by provider and reason, with their tokens."""
    by = ATTEMPTS.c.provider_id, ATTEMPTS.c.failure_reason
    tokens = (
        func.sum(cast(ATTEMPTS.c.usage.op("->")(name), Numeric)).label(name)
        for name in TOKEN_COUNTS
    )
    counts = func.count().label("attempts")
    return select(*by, counts, *tokens, *more).where(where).group_by(*by)


def _attempt_times() -> Select[Any]:
    """How long attempts took that led to a picture, by provider."""
    has_led = ATTEMPTS.c.failure_reason.is_(None)
    return (
        select(ATTEMPTS.c.provider_id, *_times(ATTEMPTS.c.duration_ms, true()))
        .where(_ATTEMPTED, has_led)
        .group_by(ATTEMPTS.c.provider_id)
    )


TALLIES: Final = Statement.of(_tallies(_jobs(_IN_WINDOW), ["slot_id"], also_by=[]))
TALLIES_APART: Final = Statement.of(_tallies(_jobs(_in_windows()), ["slot_id"], also_by=[]))
SERIES: Final = Statement.of(_tallies(_jobs(_IN_WINDOW, _stretch()), ["stretch"], also_by=[]))
SERIES_BY_SLOT: Final = Statement.of(
    _tallies(_jobs(_IN_WINDOW, _stretch()), ["slot_id", "stretch"], also_by=["slot_id"])
)
STATES: Final = Statement.of(_states())
TOTALS: Final = Statement.of(_totals())
KEPT: Final = Statement.of(_kept())
ATTEMPTS_IN_WINDOW: Final = Statement.of(_attempts(_ATTEMPTED))
ATTEMPT_TIMES: Final = Statement.of(_attempt_times())
ATTEMPTS_FOR_SLOT: Final = Statement.of(
    # They are few enough to be sorted as they are; those of all slots are asked for twice.
    _attempts(_ATTEMPTED_FOR_SLOT, *_times(ATTEMPTS.c.duration_ms, true()))
)
