"""What is said to PostgreSQL about jobs."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Insert,
    Integer,
    Select,
    Text,
    Update,
    and_,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from photochanger_core.domain.job import OPEN, JobStatus

from .job_rows import ADMITTED
from .statements import Statement, given
from .tables import CODE, JOBS, MEDIA, MOMENT

_RESULT: Final = "result"
_END: Final = ("status", "failure_reason", "finished_at", "duration_ms")
_RESULT_OF_JOB: Final = ("result_path", "result_expires_at", "checksum")
_PICTURE: Final = ("media_type", "size", "sha256", "path", "expires_at", "cleaned_at")

_THIS: Final = JOBS.c.job_id == given("job_id", CODE)
_IS_OPEN: Final = JOBS.c.status.in_(sorted(OPEN))
_ITS_RESULT: Final = and_(MEDIA.c.job_id == JOBS.c.job_id, MEDIA.c.type == _RESULT)


def _of_job(*names: str) -> dict[ColumnElement[Any], ColumnElement[Any]]:
    return {JOBS.c[name]: given(name, JOBS.c[name].type) for name in names}


def _jobs() -> Select[Any]:
    return select(
        *(JOBS.c[name] for name in (*ADMITTED, "finished_at", "failure_reason")),
        *(MEDIA.c[name].label(f"picture_{name}") for name in _PICTURE),
    ).select_from(JOBS.outerjoin(MEDIA, _ITS_RESULT))


def _load() -> CTE:
    """Jobs in flight, in all and in the slot, as seen at the start of the new one."""
    here = JOBS.c.slot_id == given("slot_id", CODE)
    return (
        select(func.count().label("everywhere"), func.count().filter(here).label("here"))
        .where(_IS_OPEN, JOBS.c.lease_until >= given("started_at", MOMENT))
        .cte("load")
    )


def _admission() -> Insert:
    load = _load()
    new = (
        select(*_of_job(*ADMITTED).values())
        .select_from(load)
        .where(load.c.everywhere < given("limit_everywhere", Integer()))
        .where(load.c.here < given("limit_slot", Integer()))
    )
    return insert(JOBS).from_select(ADMITTED, new).returning(JOBS.c.job_id)


def _closing(*columns: str) -> CTE:
    return (
        update(JOBS)
        .where(_THIS, _IS_OPEN)
        .values(_of_job(*columns))
        .returning(JOBS.c.job_id, JOBS.c.slot_id)
        .cte("closed")
    )


def _end() -> Select[Any]:
    return select(_closing(*_END).c.job_id)


def _end_with_result() -> Select[Any]:
    closed = _closing(*_END, *_RESULT_OF_JOB)
    return select(closed.c.job_id).add_cte(_result_of(closed).cte("kept"))


def _result_of(closed: CTE) -> Insert:
    values: dict[str, ColumnElement[Any]] = {
        "id": given("result_id", CODE),
        "job_id": closed.c.job_id,
        "slot_id": closed.c.slot_id,
        "type": literal(_RESULT),
        "path": given("result_path", MEDIA.c.path.type),
        "media_type": given("result_media_type", CODE),
        "size": given("result_size", MEDIA.c.size.type),
        "sha256": given("checksum", CODE),
        "created_at": given("finished_at", MOMENT),
        "expires_at": given("result_expires_at", MOMENT),
    }
    return insert(MEDIA).from_select(list(values), select(*values.values()).select_from(closed))


def _cleaning() -> Update:
    cleaned = (
        update(MEDIA)
        .where(MEDIA.c.job_id == given("job_id", CODE), MEDIA.c.type == _RESULT)
        .where(MEDIA.c.cleaned_at.is_(None))
        .values({MEDIA.c.cleaned_at: given("at", MOMENT)})
        .returning(MEDIA.c.job_id)
        .cte("cleaned")
    )
    return update(JOBS).where(JOBS.c.job_id == cleaned.c.job_id).values({JOBS.c.metadata: {}})


ADMIT: Final = Statement.of(_admission())
START: Final = Statement.of(
    update(JOBS)
    .where(_THIS, JOBS.c.status == JobStatus.PENDING)
    .values({JOBS.c.status: JobStatus.PROCESSING})
    .returning(JOBS.c.job_id)
)
END: Final = Statement.of(_end())
END_WITH_RESULT: Final = Statement.of(_end_with_result())
GET: Final = Statement.of(_jobs().where(_THIS))
OPEN_JOBS: Final = Statement.of(_jobs().where(_IS_OPEN).order_by(JOBS.c.started_at, JOBS.c.job_id))
RENEW: Final = Statement.of(
    update(JOBS)
    .where(JOBS.c.job_id == func.any(given("job_ids", ARRAY(Text()))), _IS_OPEN)
    .values(_of_job("lease_until"))
)
EXPIRED: Final = Statement.of(
    _jobs()
    .where(MEDIA.c.type == _RESULT, MEDIA.c.cleaned_at.is_(None))
    .where(MEDIA.c.expires_at < given("now", MOMENT))
    .order_by(MEDIA.c.expires_at, MEDIA.c.job_id)
    .limit(given("limit", Integer()))
)
CLEAN: Final = Statement.of(_cleaning())
