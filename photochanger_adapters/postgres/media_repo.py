"""Media objects in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import frozen
from sqlalchemy import Integer, Text, and_, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from photochanger_core.domain.errors import MediaNotFound
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.media_repo import MediaRepoPort

from .columns import CODE, MOMENT
from .gateway import Gateway
from .job_clauses import RESULT
from .session import Row
from .statements import Statement, given
from .tables import MEDIA

_FIELD_OF: Final[Mapping[str, str]] = {"id": "media_id", "type": "use", "path": "location"}
"""Columns whose fields have another name."""

_IDS: Final = MEDIA.c.id == func.any(given("ids", ARRAY(Text())))
_IS_TEMPLATE: Final = and_(MEDIA.c.type == MediaUse.TEMPLATE, MEDIA.c.cleaned_at.is_(None))
_THE_SAME: Final = and_(_IS_TEMPLATE, MEDIA.c.sha256 == given("sha256", CODE))


_ADD: Final = Statement.of(
    insert(MEDIA)
    .values({column: given(column.name, column.type) for column in MEDIA.c})
    .on_conflict_do_nothing()
    .returning(MEDIA.c.id)
)
_GET: Final = Statement.of(
    select(MEDIA).where(MEDIA.c.id == given("id", CODE), MEDIA.c.type != RESULT)
)
_TEMPLATES: Final = Statement.of(select(MEDIA).where(_IDS, _IS_TEMPLATE).order_by(MEDIA.c.id))
_SAME: Final = Statement.of(select(MEDIA).where(_THE_SAME))
_EXPIRED: Final = Statement.of(
    select(MEDIA)
    .where(MEDIA.c.type != RESULT, MEDIA.c.cleaned_at.is_(None))
    .where(MEDIA.c.expires_at < given("now", MOMENT))
    .order_by(MEDIA.c.expires_at, MEDIA.c.id)
    .limit(given("limit", Integer()))
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
            return _to_media(row)
        raise MediaNotFound

    async def templates(self, media_ids: Collection[MediaId]) -> Sequence[MediaObject]:
        if not media_ids:
            return []
        rows = await self._gateway.rows(_TEMPLATES, ids=list(media_ids))
        return [_to_media(row) for row in rows]

    async def same_template(self, sha256: str) -> MediaObject | None:
        rows = await self._gateway.rows(_SAME, sha256=sha256)
        return _to_media(rows[0]) if rows else None

    async def expired(self, now: datetime, limit: int) -> Sequence[MediaObject]:
        rows = await self._gateway.rows(_EXPIRED, now=now, limit=limit)
        return [_to_media(row) for row in rows]

    async def mark_cleaned(self, media_ids: Collection[MediaId], at: datetime) -> None:
        if media_ids:
            await self._gateway.rows(_CLEAN, ids=list(media_ids), at=at)


def _to_media(row: Row) -> MediaObject:
    fields = {_FIELD_OF.get(column, column): value for column, value in row.items()}
    return MediaObject(
        **fields | {"use": MediaUse(row["type"]), "media_type": MediaType(row["media_type"])}
    )


def _to_row(media: MediaObject) -> dict[str, object]:
    names = (column.name for column in MEDIA.c)
    return {name: getattr(media, _FIELD_OF.get(name, name)) for name in names}
