"""What is said to PostgreSQL about many jobs at once.

Jobs of a window are read from `job_history_by_slot` alone, attempts by `attempt_by_start`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
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


def _jobs(where: ColumnElement[bool], *more: Label[Any]) -> Select[Any]:
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
    )


def _by_slot(jobs: Select[Any]) -> Select[Any]:
    """The same in the order in which the index has them: nobody has to sort them by slot."""
    return jobs.order_by(JOBS.c.slot_id)


def _times(of: ColumnElement[Any], where: ColumnElement[bool]) -> Iterator[Label[Any]]:
    for name, share in PERCENTILES.items():
        yield func.percentile_cont(share).within_group(of).filter(where).label(name)


def _tallies(of: Select[Any], *groupings: Sequence[str]) -> Select[Any]:
    """The tallies of jobs for each value of each of *groupings*; of all for one by nothing."""
    jobs = of.subquery("jobs")
    names = dict.fromkeys(name for names in groupings for name in names)
    done = jobs.c.outcome == CODE_OF[Outcome.DONE]
    counts = (
        func.count().filter(jobs.c.outcome == code).label(outcome.value)
        for outcome, code in CODE_OF.items()
    )
    sets = [tuple_(*(jobs.c[name] for name in names)) for names in groupings]
    return select(
        *(jobs.c[name] for name in names),
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


def _attempts_for_slot() -> Subquery:
    """The attempts of a slot's jobs, looked up job by job.

    Left alone, PostgreSQL rather reads all attempts there ever were, which takes longer each year.
    """
    jobs = (
        select(JOBS.c.job_id)
        .where(
            JOBS.c.slot_id == given("slot", Text()),
            _OF_BOOTHS,
            JOBS.c.started_at.between(_SINCE, _UNTIL),
        )
        .offset(0)
        .subquery("jobs")
    )
    of_job = select(ATTEMPTS).where(ATTEMPTS.c.job_id == jobs.c.job_id).offset(0).lateral("of_job")
    return select(of_job).select_from(jobs.join(of_job, true())).subquery("tried")


def _attempts(of: FromClause, *where: ColumnElement[bool]) -> Select[Any]:
    """Attempts, counted by provider and reason, with tokens; how long took what led to a picture.

    Durations are gathered while attempts are counted: nothing but them is sorted.
    """
    has_led = of.c.failure_reason.is_(None)
    by = of.c.provider_id, of.c.failure_reason
    tokens = (
        func.sum(cast(of.c.usage.op("->")(name), Numeric)).label(name) for name in TOKEN_COUNTS
    )
    durations = func.array_agg(of.c.duration_ms).filter(has_led).label("durations")
    counted = (
        select(*by, func.count().label("attempts"), *tokens, durations)
        .where(*where)
        .group_by(*by)
        .subquery("counted")
    )
    duration = func.unnest(counted.c.durations).column_valued("duration")
    times = select(*_times(duration, true())).lateral("times")
    return select(
        *(column for column in counted.c if column.name != "durations"), *times.c
    ).select_from(counted.join(times, true()))


TALLIES: Final = Statement.of(_tallies(_by_slot(_jobs(_IN_WINDOW)), ["slot_id"], []))
TALLIES_APART: Final = Statement.of(_tallies(_jobs(_in_windows()), ["slot_id"], []))
SERIES: Final = Statement.of(_tallies(_jobs(_IN_WINDOW, _stretch()), ["stretch"], []))
SERIES_BY_SLOT: Final = Statement.of(
    _tallies(_by_slot(_jobs(_IN_WINDOW, _stretch())), ["slot_id", "stretch"], ["slot_id"])
)
COURSE: Final = Statement.of(
    _tallies(_by_slot(_jobs(_IN_WINDOW, _stretch())), ["slot_id"], ["stretch"], [])
)
STATES: Final = Statement.of(_states())
TOTALS: Final = Statement.of(_totals())
KEPT: Final = Statement.of(_kept())
ATTEMPTS_IN_WINDOW: Final = Statement.of(_attempts(ATTEMPTS, _ATTEMPTED))
ATTEMPTS_FOR_SLOT: Final = Statement.of(_attempts(_attempts_for_slot()))
