"""What is written down of jobs and people, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from attrs import frozen
from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Table,
    and_,
    delete,
    func,
    select,
    tuple_,
    update,
)

from photochanger_core.domain.cleanup import Leftover
from photochanger_core.ports.traces import TracesPort

from .columns import MOMENT
from .gateway import Gateway
from .job_clauses import RUNS
from .statements import Statement, given
from .tables import ATTEMPTS, AUDIT, CLEANUP_RUNS, JOBS

_BEFORE: Final = given("before", MOMENT)
_LIMIT: Final = given("limit", Integer())


@frozen
class _Trace:
    """Where traces of a kind are, and how they are forgotten."""

    count: Statement
    forget: Statement

    @classmethod
    def of(
        cls,
        table: Table,
        moment: Column[Any],
        where: ColumnElement[bool] | None = None,
        *,
        blanks: Mapping[Column[Any], object] | None = None,
    ) -> _Trace:
        """Describe the rows of *table* whose *moment* is over.

        Args:
            table: Where they are.
            moment: Since when they are there.
            where: Which of them are traces; None: all.
            blanks: What is put in place of their content; None: the rows go.
        """
        key = list(table.primary_key.columns)
        over = moment < _BEFORE if where is None else and_(moment < _BEFORE, where)
        oldest = select(*key).where(over).order_by(moment).limit(_LIMIT)
        is_oldest = tuple_(*key).in_(oldest)
        forgotten = (
            delete(table).where(is_oldest)
            if blanks is None
            else update(table).where(is_oldest).values(dict(blanks))
        )
        return cls(
            count=Statement.of(select(func.count().label("number")).select_from(table).where(over)),
            forget=Statement.of(forgotten.returning(*key)),
        )


TRACES: Final[Mapping[Leftover, _Trace]] = {
    Leftover.JOB_METADATA: _Trace.of(
        JOBS,
        JOBS.c.expires_at,
        and_(JOBS.c.metadata != {}, JOBS.c.result_path.is_(None), ~RUNS),
        blanks={JOBS.c.metadata: {}},
    ),
    Leftover.PROVIDER_WORDS: _Trace.of(
        ATTEMPTS, ATTEMPTS.c.started_at, ATTEMPTS.c.detail != "", blanks={ATTEMPTS.c.detail: ""}
    ),
    Leftover.AUDIT_ENTRIES: _Trace.of(AUDIT, AUDIT.c.at),
    Leftover.CLEANUP_RUNS: _Trace.of(CLEANUP_RUNS, CLEANUP_RUNS.c.finished_at),
}


@frozen
class PgTraces(TracesPort):
    """Traces where they lie: in jobs, attempts, the record."""

    _gateway: Gateway

    async def count(self, what: Leftover, before: datetime) -> int:
        [row] = await self._gateway.rows(TRACES[what].count, before=before)
        number: int = row["number"]
        return number

    async def forget(self, what: Leftover, before: datetime, limit: int) -> int:
        statement = TRACES[what].forget
        return len(await self._gateway.rows(statement, before=before, limit=limit))
