"""Results in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen
from sqlalchemy import ColumnElement, Integer, Select, Text, case, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY

from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.domain.place import Place
from photochanger_core.ports.result_repo import ResultCount, ResultRepoPort

from .change_clauses import RESYNC, telling
from .columns import CODE, MOMENT
from .gateway import Gateway
from .job_clauses import FAILURES, ITS_RESULT, RESULT, RUNS, among, jobs
from .job_rows import to_job
from .places import comes_after, comes_before
from .statements import Statement, given
from .tables import JOBS, MEDIA

_NOW: Final = given("now", MOMENT)
_SLOT: Final = given("slot_id", CODE)
_LIMIT: Final = given("limit", Integer())
_IS_KEPT: Final = MEDIA.c.cleaned_at.is_(None)
_KEPT: Final = jobs().where(MEDIA.c.type == RESULT, _IS_KEPT)
_OF_SLOT: Final = or_(_SLOT.is_(None), MEDIA.c.slot_id == _SLOT)
_IS_OVER: Final = MEDIA.c.expires_at < _NOW
_IS_NOT_OVER: Final = MEDIA.c.expires_at >= _NOW


def _page(which: ColumnElement[bool], *, first: bool) -> Statement:
    """Return the statement for a page of results: the first one, or the one after a place."""
    place = (MEDIA.c.expires_at, MEDIA.c.job_id)
    page = _KEPT.where(which, _OF_SLOT)
    if not first:
        page = page.where(comes_after(*place))
    return Statement.of(page.order_by(*place).limit(_LIMIT))


def _count() -> Select[int, int]:
    return select(
        func.count().filter(_IS_OVER).label("expired"),
        func.count().filter(_IS_NOT_OVER).label("kept"),
    ).where(MEDIA.c.type == RESULT, _IS_KEPT, _OF_SLOT)


def _with_files() -> Select[Any]:
    has_result = select(MEDIA.c.id).where(ITS_RESULT, _IS_KEPT).correlate(JOBS).exists()
    return select(JOBS.c.job_id).where(among("job_ids"), or_(RUNS, has_result))


def _cleaning() -> Select[Any]:
    cleaned = (
        update(MEDIA)
        .where(MEDIA.c.job_id == func.any(given("job_ids", ARRAY(Text()))), MEDIA.c.type == RESULT)
        .where(_IS_KEPT)
        .values({MEDIA.c.cleaned_at: given("at", MOMENT)})
        .returning(MEDIA.c.job_id, MEDIA.c.slot_id)
        .cte("cleaned")
    )
    forgotten = update(JOBS).where(JOBS.c.job_id == cleaned.c.job_id).values({JOBS.c.metadata: {}})
    one = telling("result_removed", cleaned.c.job_id, cleaned.c.slot_id)
    told = case((func.count().over() > 1, telling(RESYNC)), else_=one)
    return select(told).add_cte(forgotten.cte("forgotten"))


def _latest(*, first: bool) -> Statement:
    """The latest of all slots, from the latest of each: these are found in an index.

    *first*: of all; else of those behind a place.
    """
    wanted = func.unnest(given("slot_ids", ARRAY(Text())))
    slots = wanted.table_valued("id", name="slots").render_derived()
    of_each = (
        _KEPT.add_columns(MEDIA.c.created_at)
        .where(MEDIA.c.slot_id == slots.c.id, _IS_NOT_OVER)
        .where(JOBS.c.source == JobSource.INGEST)
        .where(true() if first else comes_before(MEDIA.c.created_at, MEDIA.c.job_id))
        .order_by(MEDIA.c.created_at.desc(), MEDIA.c.job_id.desc())
        .limit(_LIMIT)
        .lateral("latest")
    )
    return Statement.of(
        select(of_each)
        .select_from(slots.join(of_each, true()))
        .order_by(of_each.c.created_at.desc(), of_each.c.job_id.desc())
        .limit(_LIMIT)
    )


LATEST: Final = {first: _latest(first=first) for first in (True, False)}
EXPIRED: Final = {first: _page(_IS_OVER, first=first) for first in (True, False)}
NOT_EXPIRED: Final = {first: _page(_IS_NOT_OVER, first=first) for first in (True, False)}
COUNT: Final = Statement.of(_count())
_WITH_FILES: Final = Statement.of(_with_files())
ENDED_WITHOUT: Final = Statement.of(
    jobs()
    .where(FAILURES, JOBS.c.started_at >= given("since", MOMENT), ~RUNS)
    .order_by(JOBS.c.started_at.desc(), JOBS.c.job_id.desc())
    .limit(_LIMIT)
)
_CLEAN: Final = Statement.of(_cleaning())


@frozen
class PgResultRepo(ResultRepoPort):
    """Results in `media_object`, made when their job finished."""

    _gateway: Gateway

    async def latest(
        self,
        slot_ids: Collection[SlotId],
        now: datetime,
        limit: int,
        *,
        before: Place | None = None,
    ) -> Sequence[Job]:
        values: dict[str, object] = {"slot_ids": list(slot_ids), "now": now, "limit": limit}
        if before is not None:
            values |= {"before_moment": before.moment, "before_id": before.job_id}
        rows = await self._gateway.rows(LATEST[before is None], **values)
        return [to_job(row) for row in rows]

    async def expired(
        self,
        now: datetime,
        limit: int,
        *,
        slot_id: SlotId | None = None,
        after: Job | None = None,
    ) -> Sequence[Job]:
        return await self._jobs(EXPIRED, after, now=now, limit=limit, slot_id=slot_id)

    async def kept(
        self,
        now: datetime,
        limit: int,
        *,
        slot_id: SlotId | None = None,
        after: Job | None = None,
    ) -> Sequence[Job]:
        return await self._jobs(NOT_EXPIRED, after, now=now, limit=limit, slot_id=slot_id)

    async def count(self, now: datetime, *, slot_id: SlotId | None = None) -> ResultCount:
        [row] = await self._gateway.rows(COUNT, now=now, slot_id=slot_id)
        return ResultCount(expired=row["expired"], kept=row["kept"])

    async def with_files(self, job_ids: Collection[JobId]) -> Collection[JobId]:
        rows = await self._gateway.rows(_WITH_FILES, job_ids=list(job_ids))
        return {row["job_id"] for row in rows}

    async def ended_without(self, since: datetime, limit: int) -> Sequence[Job]:
        rows = await self._gateway.rows(ENDED_WITHOUT, since=since, limit=limit)
        return [to_job(row) for row in rows]

    async def mark_cleaned(self, job_ids: Collection[JobId], at: datetime) -> None:
        await self._gateway.rows(_CLEAN, job_ids=list(job_ids), at=at)

    async def _jobs(
        self, pages: dict[bool, Statement], after: Job | None, **values: object
    ) -> Sequence[Job]:
        if after is None or after.result is None:
            rows = await self._gateway.rows(pages[True], **values)
        else:
            place = {"after_moment": after.result.expires_at, "after_id": after.job_id}
            rows = await self._gateway.rows(pages[False], **values, **place)
        return [to_job(row) for row in rows]
