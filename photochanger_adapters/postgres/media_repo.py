"""Media objects in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen
from sqlalchemy import Integer, Select, Text, and_, exists, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from photochanger_core.domain.errors import MediaNotFound
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.media_repo import MediaRepoPort

from .columns import CODE, MOMENT
from .gateway import Gateway, Lock
from .job_clauses import RESULT
from .places import comes_after
from .session import Row
from .statements import Statement, given
from .tables import MEDIA, SLOT_TEMPLATES
from .template_clauses import IS_TEMPLATE

_FIELD_OF: Final[Mapping[str, str]] = {"id": "media_id", "type": "use", "path": "location"}
"""Columns whose fields have another name."""

_IDS: Final = MEDIA.c.id == func.any(given("ids", ARRAY(Text())))
_THE_SAME: Final = and_(IS_TEMPLATE, MEDIA.c.sha256 == given("sha256", CODE))


def _latest() -> Select[Any]:
    before, place = given("before", CODE), MEDIA.alias("place")
    younger = tuple_(MEDIA.c.created_at, MEDIA.c.id) < (
        select(place.c.created_at, place.c.id)
        .where(place.c.id == before, place.c.type != RESULT)
        .scalar_subquery()
    )
    return (
        select(MEDIA)
        .where(IS_TEMPLATE, or_(before.is_(None), younger))
        .order_by(MEDIA.c.created_at.desc(), MEDIA.c.id.desc())
        .limit(given("limit", Integer()))
    )


_ADD: Final = Statement.of(
    insert(MEDIA)
    .values({column: given(column.name, column.type) for column in MEDIA.c})
    .on_conflict_do_nothing()
    .returning(MEDIA.c.id)
)
_GET: Final = Statement.of(
    select(MEDIA).where(MEDIA.c.id == given("id", CODE), MEDIA.c.type != RESULT)
)
_TEMPLATES: Final = Statement.of(select(MEDIA).where(_IDS, IS_TEMPLATE).order_by(MEDIA.c.id))
_SAME: Final = Statement.of(select(MEDIA).where(_THE_SAME))
_LATEST: Final = Statement.of(_latest())
_RETIRE: Final = Statement.of(
    update(MEDIA)
    .where(MEDIA.c.id == given("id", CODE), IS_TEMPLATE)
    .where(~exists().where(SLOT_TEMPLATES.c.media_object_id == MEDIA.c.id))
    .values({MEDIA.c.cleaned_at: given("at", MOMENT)})
    .returning(MEDIA.c.id)
)
_PLACE: Final = (MEDIA.c.expires_at, MEDIA.c.id)
_DUE: Final = (
    select(MEDIA)
    .where(MEDIA.c.type != RESULT, MEDIA.c.cleaned_at.is_(None))
    .where(MEDIA.c.expires_at < given("now", MOMENT))
    .order_by(*_PLACE)
    .limit(given("limit", Integer()))
)
_EXPIRED: Final = Statement.of(_DUE)
_EXPIRED_AFTER: Final = Statement.of(_DUE.where(comes_after(*_PLACE)))
_KEPT: Final = Statement.of(
    select(MEDIA.c.id).where(
        _IDS, MEDIA.c.type == given("type", CODE), MEDIA.c.cleaned_at.is_(None)
    )
)
_CLEAN: Final = Statement.of(
    update(MEDIA)
    .where(_IDS, MEDIA.c.cleaned_at.is_(None), MEDIA.c.type != RESULT)
    .values({MEDIA.c.cleaned_at: given("at", MOMENT)})
    .returning(MEDIA.c.id)
)


@frozen
class PgMediaRepo(MediaRepoPort):
    """Media objects in `media_object`, beside the results, which are the jobs' business."""

    _gateway: Gateway

    async def add(self, media: MediaObject) -> MediaObject:
        if await self._gateway.rows(_ADD, **_to_row(media)):
            return media
        if media.use is MediaUse.TEMPLATE and (same := await self.same_template(media.sha256)):
            return same
        return await self.get(media.media_id)

    async def get(self, media_id: MediaId) -> MediaObject:
        for row in await self._gateway.rows(_GET, id=media_id):
            return to_media(row)
        raise MediaNotFound

    async def templates(self, media_ids: Collection[MediaId]) -> Sequence[MediaObject]:
        if not media_ids:
            return []
        rows = await self._gateway.rows(_TEMPLATES, ids=list(media_ids))
        return [to_media(row) for row in rows]

    async def same_template(self, sha256: str) -> MediaObject | None:
        rows = await self._gateway.rows(_SAME, sha256=sha256)
        return to_media(rows[0]) if rows else None

    async def latest_templates(
        self, limit: int, *, before: MediaId | None = None
    ) -> Sequence[MediaObject]:
        rows = await self._gateway.rows(_LATEST, limit=limit, before=before)
        return [to_media(row) for row in rows]

    async def retire(self, media_id: MediaId, at: datetime) -> bool:
        return bool(await self._gateway.serialised(Lock.TEMPLATES, _RETIRE, id=media_id, at=at))

    async def expired(
        self, now: datetime, limit: int, *, after: MediaObject | None = None
    ) -> Sequence[MediaObject]:
        if after is None or after.expires_at is None:
            rows = await self._gateway.rows(_EXPIRED, now=now, limit=limit)
        else:
            place = {"after_moment": after.expires_at, "after_id": after.media_id}
            rows = await self._gateway.rows(_EXPIRED_AFTER, now=now, limit=limit, **place)
        return [to_media(row) for row in rows]

    async def kept(self, use: MediaUse, media_ids: Collection[MediaId]) -> Collection[MediaId]:
        rows = await self._gateway.rows(_KEPT, type=use, ids=list(media_ids))
        return {row["id"] for row in rows}

    async def mark_cleaned(self, media_ids: Collection[MediaId], at: datetime) -> None:
        if media_ids:
            await self._gateway.rows(_CLEAN, ids=list(media_ids), at=at)


def to_media(row: Row) -> MediaObject:
    """Return the media object that a row holds."""
    fields = {_FIELD_OF.get(column, column): value for column, value in row.items()}
    return MediaObject(
        **fields | {"use": MediaUse(row["type"]), "media_type": MediaType(row["media_type"])}
    )


def _to_row(media: MediaObject) -> dict[str, object]:
    names = (column.name for column in MEDIA.c)
    return {name: getattr(media, _FIELD_OF.get(name, name)) for name in names}
