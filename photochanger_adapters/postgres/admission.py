"""What is said to PostgreSQL so that a job is admitted, or the one found that is there."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from photochanger_core.domain.job import JobSource

from .change_clauses import telling
from .columns import CODE, MOMENT
from .job_clauses import IS_OPEN, ITS_RESULT, RUNS, among, values_of_job
from .job_rows import ADMITTED
from .statements import Statement, given
from .tables import JOBS, MEDIA, NEW_TICKET

_NOW: Final = given("started_at", MOMENT)
_FINISHED_AFTER: Final = given("finished_after", MOMENT)
_DAILY: Final = given("limit_daily", Integer())

_LINE: Final = given("provider_id", CODE)

_IN_SLOT: Final = JOBS.c.slot_id == given("slot_id", CODE)
_OF_BOOTH: Final = JOBS.c.source == JobSource.INGEST
_IS_LIVE: Final = or_(JOBS.c.lease_until >= _NOW, among("live"))
_SAME_PHOTO: Final = JOBS.c.photo_sha256 == given("photo_sha256", CODE)

# NULL is no key: nothing is found then.
_BY_KEY: Final = and_(
    JOBS.c.idempotency_key == given("idempotency_key", CODE),
    or_(RUNS, JOBS.c.finished_at >= _FINISHED_AFTER),
)
_BY_PHOTO: Final = and_(
    _SAME_PHOTO,
    JOBS.c.slot_version == given("slot_version", JOBS.c.slot_version.type),
    or_(RUNS, JOBS.c.finished_at > _FINISHED_AFTER),
)


def _is_there() -> ColumnElement[bool]:
    """Whether a job runs, or has a result that is kept.

    All but the removal is read from the job's own row, which is the one that is locked.
    """
    removed_at = select(MEDIA.c.cleaned_at).where(ITS_RESULT).scalar_subquery()
    has_result = and_(
        JOBS.c.result_path.is_not(None), JOBS.c.result_expires_at >= _NOW, removed_at.is_(None)
    )
    return or_(and_(RUNS, _IS_LIVE), has_result)


def _there(like: ColumnElement[bool]) -> Select[str, str]:
    """The youngest job that is there and *like* the new one."""
    return (
        select(JOBS.c.job_id, JOBS.c.photo_sha256)
        .where(_IN_SLOT, _OF_BOOTH, like, _is_there())
        .order_by(JOBS.c.started_at.desc(), JOBS.c.ticket.desc().nulls_last())
        .limit(1)
    )


def _same(like: ColumnElement[bool]) -> CTE:
    """The same, locked.

    Servers end jobs without the lock of admission. The row's lock waits for such an end, and then
    looks at the row again: what is found is there until this transaction is over.
    """
    return _there(like).with_for_update(key_share=True).cte("same")


def _load() -> CTE:
    """Jobs in flight, in all and in the slot."""
    return (
        select(func.count().label("everywhere"), func.count().filter(_IN_SLOT).label("here"))
        .where(IS_OPEN, _IS_LIVE)
        .cte("load")
    )


def _today() -> CTE:
    """Jobs that booths have sent to the slot today, as far as they matter."""
    some = (
        select(literal(1))
        .where(_IN_SLOT, _OF_BOOTH, JOBS.c.started_at >= given("midnight", MOMENT))
        .limit(_DAILY)
        .subquery()
    )
    return select(func.count().label("jobs")).select_from(some).cte("today")


def _ahead() -> ScalarSelect[int]:
    """Jobs that have a place in the line of the new one's provider: see `Hub`."""
    in_line = and_(JOBS.c.ticket.is_not(None), JOBS.c.line == _LINE, _IS_LIVE)
    return select(func.count()).select_from(JOBS).where(in_line).scalar_subquery()


def _room(load: CTE) -> ColumnElement[bool]:
    return and_(
        load.c.everywhere < given("limit_everywhere", Integer()),
        load.c.here < given("limit_slot", Integer()),
    )


def _calls_left(today: CTE) -> ColumnElement[bool]:
    return or_(literal(0) == _DAILY, today.c.jobs < _DAILY)


def _added(same: CTE, load: CTE, today: CTE) -> CTE:
    """The new job, with its ticket in the line of its provider."""
    values = values_of_job(ADMITTED)
    new = (
        select(*values.values(), NEW_TICKET, _LINE)
        .select_from(load.join(today, onclause=true()))
        .where(~select(same.c.job_id).exists(), _room(load), _calls_left(today))
    )
    return (
        insert(JOBS)
        .from_select([*ADMITTED, "ticket", "line"], new)
        .returning(JOBS.c.ticket, JOBS.c.metadata, JOBS.c.job_id, JOBS.c.slot_id, JOBS.c.status)
        .cte("added")
    )


def _joined(same: CTE) -> CTE:
    return (
        update(JOBS)
        .where(JOBS.c.job_id == same.c.job_id, _SAME_PHOTO, RUNS)
        .values({JOBS.c.joined: True})
        .cte("joined")
    )


def _admission(same: CTE) -> Select[Any]:
    load, today = _load(), _today()
    added = _added(same, load, today)
    told = telling("job", added.c.job_id, added.c.slot_id, added.c.status)
    return select(
        select(added.c.ticket).scalar_subquery().label("ticket"),
        select(added.c.metadata).scalar_subquery().label("metadata"),
        _ahead().label("ahead"),
        select(same.c.job_id).scalar_subquery().label("same_job_id"),
        select(same.c.photo_sha256).scalar_subquery().label("same_photo"),
        select(_room(load)).scalar_subquery().label("has_room"),
        select(told).scalar_subquery().label("told"),
    ).add_cte(_joined(same))


def _check() -> Select[bool, bool, bool]:
    load, today = _load(), _today()
    return select(
        _there(_BY_KEY).exists().label("is_known"),
        _room(load).label("has_room"),
        _calls_left(today).label("has_calls_left"),
    ).select_from(load.join(today, onclause=true()))


ADMIT_NEW: Final = Statement.of(_admission(_there(false()).cte("same")), is_prepared=True)
ADMIT_BY_KEY: Final = Statement.of(_admission(_same(_BY_KEY)), is_prepared=True)
ADMIT_BY_PHOTO: Final = Statement.of(_admission(_same(_BY_PHOTO)), is_prepared=True)
CHECK_ROOM: Final = Statement.of(_check(), is_prepared=True)
