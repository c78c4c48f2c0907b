"""All rows as they were at one moment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Final

from attrs import frozen
from sqlalchemy import ColumnElement, and_, func, or_, select

from photochanger_core.domain.archive import Manifest, Promised, RowsPart, StoredResult, TableShape
from photochanger_core.domain.ids import JobId, MediaId, SlotId
from photochanger_core.domain.job import Result
from photochanger_core.domain.media import MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.all_rows import Snapshot

from .archived_tables import ARCHIVED, SEQUENCES, count_all, lines_of
from .columns import MOMENT
from .job_clauses import RESULT
from .media_repo import to_media
from .migrate import version_of
from .session import Row, Session
from .statements import Statement, given
from .tables import MEDIA

_ROWS: Final = 500
"""So many are fetched at a time."""

_BEGIN: Final = """
    BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL datestyle = 'ISO';
    SET LOCAL bytea_output = 'hex'
"""
_SEQUENCES: Final = """
    SELECT sequencename AS name, last_value AS value FROM pg_sequences
    WHERE schemaname = current_schema() AND last_value IS NOT NULL
"""
_NOW: Final = given("now", MOMENT)
PROMISED: Final[ColumnElement[bool]] = and_(
    MEDIA.c.cleaned_at.is_(None),
    MEDIA.c.type != MediaUse.PROVIDER,
    or_(MEDIA.c.expires_at.is_(None), MEDIA.c.expires_at >= _NOW),
)
"""Whether the row of a picture promises it beyond the given moment *now*."""

_COUNT_PROMISED: Final = Statement.of(
    select(func.count().label("promised")).select_from(MEDIA).where(PROMISED)
)
_ALL_PROMISED: Final = Statement.of(select(MEDIA).where(PROMISED))


@frozen
class PgSnapshot(Snapshot):
    """Rows as one transaction sees them."""

    _database: Session
    _manifest: Manifest

    @classmethod
    async def begin(cls, database: Session, now: datetime) -> PgSnapshot:
        """Return all rows as they are *now*."""
        await database.run(_BEGIN)
        sequences = {row["name"]: row["value"] for row in await database.run(_SEQUENCES)}
        manifest = Manifest(
            schema_version=await version_of(database),
            created_at=now,
            tables=tuple(
                TableShape(name=table.name, columns=tuple(table.c.keys())) for table in ARCHIVED
            ),
            sequences={name: sequences[name] for name in sorted(sequences.keys() & SEQUENCES)},
        )
        return cls(database, manifest)

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    async def count_rows(self) -> int:
        [row] = await self._run(count_all())
        return int(row["rows"])

    async def rows(self) -> AsyncIterator[RowsPart]:
        for table in ARCHIVED:
            async for rows in self._fetched(lines_of(table)):
                lines = [row["line"].encode() for row in rows]
                yield RowsPart(table=table.name, lines=lines)

    async def count_promised(self, now: datetime) -> int:
        [row] = await self._run(_COUNT_PROMISED, now=now)
        return int(row["promised"])

    async def promised(self, now: datetime) -> AsyncIterator[Promised]:
        async for rows in self._fetched(_ALL_PROMISED, now=now):
            for row in rows:
                yield to_promised(row)

    async def _run(self, statement: Statement, **values: object) -> list[Row]:
        return await self._database.run(statement.text, statement.parameters(values))

    async def _fetched(self, statement: Statement, **values: object) -> AsyncIterator[list[Row]]:
        """Yield the rows of *statement*, a few at a time."""
        await self._database.run(
            f"DECLARE archived NO SCROLL CURSOR FOR {statement.text}", statement.parameters(values)
        )
        while rows := await self._database.run(f"FETCH {_ROWS} FROM archived"):
            yield rows
        await self._database.run("CLOSE archived")


def to_promised(row: Row) -> Promised:
    """Return the picture that a row of `media_object` promises."""
    return _to_result(row) if row["type"] == RESULT else to_media(row)


def _to_result(row: Mapping[str, Any]) -> StoredResult:
    return StoredResult(
        media_id=MediaId(row["id"]),
        slot_id=SlotId(row["slot_id"]),
        job_id=JobId(row["job_id"]),
        result=Result(
            media_type=MediaType(row["media_type"]),
            size=row["size"],
            sha256=row["sha256"],
            location=row["path"],
            expires_at=row["expires_at"],
            cleaned_at=row["cleaned_at"],
        ),
    )
