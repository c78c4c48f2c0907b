"""Attempts as rows, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import CTE, column, func, select, true
from sqlalchemy.dialects.postgresql import JSONB, insert

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.errors import FailureReason

from .columns import CODE
from .session import Row
from .statements import Statement, given
from .tables import ATTEMPTS

_OF_JOB: Final = ("job_id", "source")
"""What attempts have from their job."""
_COLUMNS: Final = [name for name in ATTEMPTS.c.keys() if name not in _OF_JOB]  # noqa: SIM118 - no dict

ATTEMPTS_OF_JOB: Final = Statement.of(
    select(ATTEMPTS).where(ATTEMPTS.c.job_id == given("job_id", CODE)).order_by(ATTEMPTS.c.number)
)


def kept_for(jobs: CTE) -> CTE:
    """Return the part of a statement that stores the given `attempts` for the one row of *jobs*.

    Those that are there stay as they are.
    """
    given_ones = (
        func.jsonb_to_recordset(given("attempts", JSONB()))
        .table_valued(*(column(name, ATTEMPTS.c[name].type) for name in _COLUMNS), name="given")
        .render_derived(with_types=True)
    )
    rows = select(
        *(jobs.c[name] for name in _OF_JOB), *(given_ones.c[name] for name in _COLUMNS)
    ).select_from(jobs.join(given_ones, onclause=true()))
    return (
        insert(ATTEMPTS)
        .from_select([*_OF_JOB, *_COLUMNS], rows)
        .on_conflict_do_nothing()
        .cte("attempts")
    )


def attempt_values(attempts: Iterable[Attempt]) -> list[dict[str, Any]]:
    """Return the rows of attempts, as JSON has them."""
    return [
        {
            "number": attempt.number,
            "provider_id": attempt.provider,
            "model": attempt.model,
            "started_at": attempt.started_at.isoformat(),
            "duration_ms": round(attempt.seconds * 1000),
            "failure_reason": attempt.failure_reason,
            "detail": attempt.detail,
            "usage": dict(attempt.usage),
            "quota_left": dict(attempt.quota_left),
        }
        for attempt in attempts
    ]


def to_attempt(row: Row) -> Attempt:
    """Return the attempt that a row holds."""
    reason = row["failure_reason"]
    return Attempt(
        number=row["number"],
        provider=row["provider_id"],
        model=row["model"],
        started_at=row["started_at"],
        seconds=row["duration_ms"] / 1000,
        failure_reason=None if reason is None else FailureReason(reason),
        detail=row["detail"],
        usage=row["usage"],
        quota_left=row["quota_left"],
    )
