"""Results in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen
from sqlalchemy import Integer, Select, Text, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY

from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.ports.result_repo import ResultRepoPort

from .change_clauses import telling
from .columns import CODE, MOMENT
from .gateway import Gateway
from .job_clauses import RESULT, jobs
from .job_rows import to_job
from .statements import Statement, given
from .tables import JOBS, MEDIA

_NOW: Final = given("now", MOMENT)
_KEPT: Final = jobs().where(MEDIA.c.type == RESULT, MEDIA.c.cleaned_at.is_(None))


def _cleaning() -> Select[Any]:
    cleaned = (
        update(MEDIA)
        .where(MEDIA.c.job_id == given("job_id", CODE), MEDIA.c.type == RESULT)
        .where(MEDIA.c.cleaned_at.is_(None))
        .values({MEDIA.c.cleaned_at: given("at", MOMENT)})
        .returning(MEDIA.c.job_id, MEDIA.c.slot_id)
        .cte("cleaned")
    )
    forgotten = update(JOBS).where(JOBS.c.job_id == cleaned.c.job_id).values({JOBS.c.metadata: {}})
    told = telling("result_removed", cleaned.c.job_id, cleaned.c.slot_id)
    return select(told).add_cte(forgotten.cte("forgotten"))


def _latest() -> Select[Any]:
    """The latest of all slots, from the latest of each: these are found in an index."""
    limit = given("limit", Integer())
    wanted = func.unnest(given("slot_ids", ARRAY(Text())))
    slots = wanted.table_valued("id", name="slots").render_derived()
    of_each = (
        _KEPT.add_columns(MEDIA.c.created_at)
        .where(MEDIA.c.slot_id == slots.c.id, MEDIA.c.expires_at >= _NOW)
        .where(JOBS.c.source == JobSource.INGEST)
        .order_by(MEDIA.c.created_at.desc(), MEDIA.c.job_id.desc())
        .limit(limit)
        .lateral("latest")
    )
    return (
        select(of_each)
        .select_from(slots.join(of_each, true()))
        .order_by(of_each.c.created_at.desc(), of_each.c.job_id.desc())
        .limit(limit)
    )


_LATEST: Final = Statement.of(_latest())
_SLOT: Final = given("slot_id", CODE)
_EXPIRED: Final = Statement.of(
    _KEPT.where(MEDIA.c.expires_at < _NOW)
    .where(or_(_SLOT.is_(None), MEDIA.c.slot_id == _SLOT))
    .order_by(MEDIA.c.expires_at, MEDIA.c.job_id)
    .limit(given("limit", Integer()))
)
_CLEAN: Final = Statement.of(_cleaning())


@frozen
class PgResultRepo(ResultRepoPort):
    """Results in `media_object`, made when their job finished."""

    _gateway: Gateway

    async def latest(
        self, slot_ids: Collection[SlotId], now: datetime, limit: int
    ) -> Sequence[Job]:
        rows = await self._gateway.rows(_LATEST, slot_ids=list(slot_ids), now=now, limit=limit)
        return [to_job(row) for row in rows]

    async def expired(
        self, now: datetime, limit: int, *, slot_id: SlotId | None = None
    ) -> Sequence[Job]:
        rows = await self._gateway.rows(_EXPIRED, now=now, limit=limit, slot_id=slot_id)
        return [to_job(row) for row in rows]

    async def mark_cleaned(self, job_id: JobId, at: datetime) -> None:
        await self._gateway.rows(_CLEAN, job_id=job_id, at=at)
