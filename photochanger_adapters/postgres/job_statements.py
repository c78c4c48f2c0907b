"""What is said to PostgreSQL about jobs."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Insert,
    Select,
    and_,
    case,
    insert,
    literal,
    null,
    select,
    update,
)

from photochanger_core.domain.job import JobStatus

from .attempts import kept_for
from .change_clauses import telling
from .columns import CODE, MOMENT
from .job_clauses import IS_OPEN, RESULT, RUNS, TELL, THIS, among, jobs, values_of_job
from .job_rows import ENDED
from .statements import Statement, given
from .tables import JOBS, MEDIA

_RESULT_OF_JOB: Final = ("result_path", "result_expires_at", "checksum")
_IS_PENDING: Final = JOBS.c.status == JobStatus.PENDING
_TICKET: Final = case((given("keeps_ticket", Boolean()), JOBS.c.ticket), else_=null())


def _closed(where: ColumnElement[bool], *more: str) -> CTE:
    return (
        update(JOBS)
        .where(THIS, where)
        .values({**values_of_job((*ENDED, *more)), JOBS.c.ticket: _TICKET})
        .returning(JOBS.c.job_id, JOBS.c.source, JOBS.c.slot_id, JOBS.c.status)
        .cte("closed")
    )


def _end(where: ColumnElement[bool]) -> Select[Any]:
    closed = _closed(where)
    return _told(closed).add_columns(_telling_of(closed))


def _end_with_result() -> Select[Any]:
    closed = _closed(RUNS, *_RESULT_OF_JOB)
    return _told(closed).add_columns(_telling_of(closed)).add_cte(_result_of(closed).cte("kept"))


def _release() -> Select[Any]:
    released = (
        update(JOBS)
        .where(THIS, ~IS_OPEN, RUNS)
        .values({JOBS.c.ticket: None})
        .returning(JOBS.c.job_id, JOBS.c.source)
        .cte("released")
    )
    return _told(released)


def _keeping() -> Select[Any]:
    this = select(JOBS.c.job_id, JOBS.c.source).where(THIS).cte("this")
    return select(this.c.job_id).add_cte(kept_for(this))


def _start() -> Select[Any]:
    started = (
        update(JOBS)
        .where(THIS, _IS_PENDING)
        .values({JOBS.c.status: JobStatus.PROCESSING})
        .returning(JOBS.c.job_id, JOBS.c.slot_id, JOBS.c.status)
        .cte("started")
    )
    return select(started.c.job_id, _telling_of(started))


def _telling_of(changed: CTE) -> ColumnElement[Any]:
    return telling("job", changed.c.job_id, changed.c.slot_id, changed.c.status)


def _told(changed: CTE) -> Select[Any]:
    """Store the attempts of the job that was changed, if one was, and tell all servers."""
    return select(changed.c.job_id, TELL).add_cte(kept_for(changed))


def _result_of(closed: CTE) -> Insert:
    values: dict[str, ColumnElement[Any]] = {
        "id": given("result_id", CODE),
        "job_id": closed.c.job_id,
        "slot_id": closed.c.slot_id,
        "type": literal(RESULT),
        "path": given("result_path", MEDIA.c.path.type),
        "media_type": given("result_media_type", CODE),
        "size": given("result_size", MEDIA.c.size.type),
        "sha256": given("checksum", CODE),
        "created_at": given("finished_at", MOMENT),
        "expires_at": given("result_expires_at", MOMENT),
    }
    return insert(MEDIA).from_select(list(values), select(*values.values()).select_from(closed))


def _renewal() -> Select[Any]:
    renewed = (
        update(JOBS)
        .where(among("job_ids"), RUNS)
        .values(values_of_job(["lease_until"]))
        .returning(JOBS.c.job_id)
        .cte("renewed")
    )
    is_renewed = select(renewed.c.job_id).where(renewed.c.job_id == JOBS.c.job_id).exists()
    return select(JOBS.c.job_id).where(among("job_ids"), ~is_renewed)


START: Final = Statement.of(_start(), is_prepared=True)
END: Final = Statement.of(_end(IS_OPEN), is_prepared=True)
END_WITH_RESULT: Final = Statement.of(_end_with_result(), is_prepared=True)
ABANDON: Final = Statement.of(_end(and_(_IS_PENDING, ~JOBS.c.joined)))
RELEASE: Final = Statement.of(_release())
KEEP_ATTEMPTS: Final = Statement.of(_keeping())
GET: Final = Statement.of(jobs().where(THIS))
RUNNING: Final = Statement.of(jobs().where(RUNS).order_by(JOBS.c.started_at, JOBS.c.job_id))
RENEW: Final = Statement.of(_renewal())
