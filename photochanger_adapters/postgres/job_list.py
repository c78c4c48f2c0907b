"""Jobs in PostgreSQL, leafed through."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from attrs import evolve, frozen
from sqlalchemy import ColumnElement, Integer, Text, and_, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.job import Job, JobStatus
from photochanger_core.ports.job_list import JobFilter, JobListPort

from .attempts import to_attempt
from .columns import CODE, MOMENT
from .gateway import Gateway
from .job_clauses import jobs
from .job_rows import to_job
from .statements import Statement, given
from .tables import ATTEMPTS, JOBS

_LATEST: Final = given("latest", MOMENT)
_WHERE: Final[Mapping[str, ColumnElement[bool]]] = {
    "slot_id": JOBS.c.slot_id == given("slot_id", CODE),
    "source": JOBS.c.source == given("source", CODE),
    "latest": and_(
        JOBS.c.started_at <= _LATEST,
        or_(JOBS.c.started_at < _LATEST, JOBS.c.job_id < given("behind", CODE)),
    ),
}


@lru_cache
def page_statement(names: frozenset[str], statuses: frozenset[JobStatus] | None) -> Statement:
    """Return the statement that filters by the values called *names*.

    Statuses are written out: only so is it plain which partial index has them.
    """
    page = jobs().where(*(_WHERE[name] for name in sorted(names & _WHERE.keys())))
    if statuses is not None:
        page = page.where(JOBS.c.status.in_(sorted(statuses)))
    return Statement.of(
        page.order_by(JOBS.c.started_at.desc(), JOBS.c.job_id.desc()).limit(
            given("limit", Integer())
        )
    )


_ATTEMPTS: Final = Statement.of(
    select(ATTEMPTS)
    .where(ATTEMPTS.c.job_id == func.any(given("job_ids", ARRAY(Text()))))
    .order_by(ATTEMPTS.c.job_id, ATTEMPTS.c.number)
)


@frozen
class PgJobList(JobListPort):
    """Jobs in `job_history` and what they tried, in two queries."""

    _gateway: Gateway

    async def page(self, wanted: JobFilter, limit: int) -> Sequence[Job]:
        values = _values(wanted)
        statement = page_statement(frozenset(values), wanted.statuses)
        rows = await self._gateway.rows(statement, **values, limit=limit)
        attempts = await self._attempts([row["job_id"] for row in rows])
        return [evolve(to_job(row), attempts=tuple(attempts[row["job_id"]])) for row in rows]

    async def _attempts(self, job_ids: Collection[str]) -> Mapping[str, Sequence[Attempt]]:
        attempts: dict[str, list[Attempt]] = {job_id: [] for job_id in job_ids}
        if not job_ids:
            return attempts
        for row in await self._gateway.rows(_ATTEMPTS, job_ids=list(job_ids)):
            attempts[row["job_id"]].append(to_attempt(row))
        return attempts


def _values(wanted: JobFilter) -> dict[str, Any]:
    """Return what is to be filtered by; statuses apart."""
    values: dict[str, Any] = {"slot_id": wanted.slot_id, "source": wanted.source}
    if wanted.before is not None:
        values |= {"latest": wanted.before.moment, "behind": wanted.before.job_id}
    return {name: value for name, value in values.items() if value is not None}
