"""New rows in place of all that there were, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from attrs import define, field
from sqlalchemy import MetaData, Table, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from photochanger_core.domain.archive import (
    ArchiveDamaged,
    Manifest,
    Obstacle,
    Promised,
    RestoreRefused,
    RowsPart,
)
from photochanger_core.domain.ids import MediaId
from photochanger_core.ports.all_rows import Replacement

from . import migrate
from .archived_tables import ARCHIVED, SEQUENCES, in_use
from .columns import CODE, MOMENT, code
from .job_clauses import RESULT
from .outages import StatementRejected
from .readable_rows import check_readable
from .rows_out import PROMISED, to_promised
from .session import Session
from .statements import Statement, given
from .tables import JOBS, MEDIA, METADATA

_BEGIN: Final = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0"
_COLUMNS: Final = """
    SELECT c.relname AS table_name, a.attname AS name,
        format_type(a.atttypid, a.atttypmod) AS type
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
        AND a.attnum > 0 AND NOT a.attisdropped AND c.relname = ANY (%(tables)s)
"""
_SET_FORWARD: Final = "SELECT setval(%(name)s::regclass, %(value)s)"
_ARRIVED: Final = Table("archived_picture", MetaData(), code("id", key=True))
_MAKE_ARRIVED: Final = """
    CREATE TEMPORARY TABLE archived_picture (id text COLLATE "C" PRIMARY KEY) ON COMMIT DROP
"""
_ARRIVING: Final = (
    insert(_ARRIVED)
    .values(id=given("id", CODE))
    .on_conflict_do_nothing()
    .returning(_ARRIVED.c.id)
    .cte("arriving")
)
_EXPECT: Final = Statement.of(
    select(MEDIA).where(MEDIA.c.id == _ARRIVING.c.id, MEDIA.c.cleaned_at.is_(None))
)
_HAS_ARRIVED: Final = exists().where(_ARRIVED.c.id == MEDIA.c.id)
_MISSING: Final = Statement.of(
    select(MEDIA.c.id).where(PROMISED, ~_HAS_ARRIVED).order_by(MEDIA.c.id)
)
_BROKEN: Final = (
    update(MEDIA)
    .where(MEDIA.c.cleaned_at.is_(None), ~_HAS_ARRIVED)
    .values({MEDIA.c.cleaned_at: given("at", MOMENT)})
    .returning(MEDIA.c.job_id, MEDIA.c.type)
    .cte("broken")
)
_CLEAN: Final = Statement.of(
    update(JOBS)
    .where(JOBS.c.job_id == _BROKEN.c.job_id, _BROKEN.c.type == RESULT)
    .values({JOBS.c.metadata: {}})
)
"""As when a result expires: what the booth told about the guest goes with the picture."""


_Columns: TypeAlias = Mapping[str, Mapping[str, str]]
"""By table, types by column."""


@define
class PgReplacement(Replacement):
    """Rows that are being put in. What happens before `commit` is seen by nobody else."""

    _database: Session
    _manifest: Manifest
    _inserts: Mapping[str, str]
    _left: list[str] = field(init=False)
    _is_loaded: bool = field(default=False, init=False)

    @_left.default
    def _all_tables(self) -> list[str]:
        return [table.name for table in self._manifest.tables]

    @classmethod
    async def begin(cls, database: Session, manifest: Manifest, *, force: bool) -> PgReplacement:
        """Make room for the rows of *manifest*. Raises as `AllRowsPort.replacement`."""
        _check_names(manifest)
        await database.run(_BEGIN)
        if not force:
            await _check_unused(database)
        columns = await _make_room(database, manifest.schema_version)
        return cls(database, manifest, _inserts(manifest, columns))

    async def load(self, rows: RowsPart) -> None:
        self._check_turn(rows.table)
        try:
            text = (b"[" + b",".join(rows.lines) + b"]").decode()
            await self._database.run(self._inserts[rows.table], {"rows": text})
        except (StatementRejected, UnicodeDecodeError) as error:
            raise ArchiveDamaged(f"rows of {rows.table} cannot be restored: {error}") from error

    async def expect(self, media_id: MediaId) -> Promised:
        await self._finish_loading()
        for row in await self._database.run(_EXPECT.text, _EXPECT.parameters({"id": media_id})):
            try:
                return to_promised(row)
            except (TypeError, ValueError) as error:
                raise ArchiveDamaged(f"the row of {media_id} is none of ours") from error
        raise ArchiveDamaged(
            f"the archive holds a picture twice, or one that no row of it knows: {media_id}"
        )

    async def missing(self, now: datetime) -> Sequence[MediaId]:
        await self._finish_loading()
        rows = await self._database.run(_MISSING.text, _MISSING.parameters({"now": now}))
        return [MediaId(row["id"]) for row in rows]

    async def commit(self) -> None:
        await self._finish_loading()
        await self._database.run(_CLEAN.text, _CLEAN.parameters({"at": self._manifest.created_at}))
        await self._database.run("COMMIT")

    def _check_turn(self, table: str) -> None:
        while self._left and self._left[0] != table:
            self._left.pop(0)
        if not self._left or self._is_loaded:
            raise ArchiveDamaged(f"rows of {table} come where none should")

    async def _finish_loading(self) -> None:
        """Bring sequences and tables up to date, once all rows are there."""
        if self._is_loaded:
            return
        self._is_loaded = True
        try:
            for name, value in self._manifest.sequences.items():
                await self._database.run(_SET_FORWARD, {"name": name, "value": value})
            await self._database.run("SET CONSTRAINTS ALL IMMEDIATE")
            await migrate.catch_up(self._database)
        except (StatementRejected, migrate.MigrationError) as error:
            raise ArchiveDamaged(f"rows do not fit together: {error}") from error
        await check_readable(self._database)
        await self._database.run(_MAKE_ARRIVED)


def _check_names(manifest: Manifest) -> None:
    latest = len(migrate.migrations())
    if manifest.schema_version > latest:
        raise RestoreRefused(
            f"the archive is of version {manifest.schema_version} of the database, this program "
            f"knows {latest}: it is older",
            Obstacle.LATER_ARCHIVE,
            version=manifest.schema_version,
            known=latest,
        )
    known = {table.name for table in ARCHIVED}
    strange = [table.name for table in manifest.tables if table.name not in known]
    strange += sorted(manifest.sequences.keys() - SEQUENCES)
    if strange or manifest.schema_version < 1:
        raise ArchiveDamaged(f"the archive tells of what no database of ours has: {strange}")


async def _check_unused(database: Session) -> None:
    statement = in_use()
    [row] = await database.run(statement.text, statement.parameters({}))
    if used := [name for name, is_used in row.items() if is_used]:
        raise RestoreRefused(
            f"the database is in use (it has rows in {', '.join(used)}); --force replaces "
            "everything in it",
            Obstacle.DATABASE_NOT_EMPTY,
            tables=", ".join(used),
        )


async def _make_room(database: Session, version: int) -> _Columns:
    """Make all tables anew, as of *version*, and empty; return the types of their columns."""
    try:
        await database.run(f"TRUNCATE {', '.join(METADATA.tables)}")  # or undoing it takes long
        await migrate.remake(database, version)
        columns = await _columns(database)
        await database.run(f"TRUNCATE {', '.join(columns)}")  # a first start's slots
    except (StatementRejected, migrate.MigrationError) as error:
        raise RestoreRefused(f"the tables cannot be made anew: {error}") from error
    return columns


async def _columns(database: Session) -> _Columns:
    """Return what tables there are of those that are archived, with the types of their columns."""
    found: dict[str, dict[str, str]] = {}
    for row in await database.run(_COLUMNS, {"tables": [table.name for table in ARCHIVED]}):
        found.setdefault(row["table_name"], {})[row["name"]] = row["type"]
    return found


def _inserts(manifest: Manifest, there: _Columns) -> dict[str, str]:
    inserts = {}
    for table in manifest.tables:
        columns = there.get(table.name, {})
        if not table.columns or set(table.columns) - columns.keys():
            raise ArchiveDamaged(
                f"the archive has columns of {table.name} that its version has not"
            )
        inserts[table.name] = _insert(table.name, {name: columns[name] for name in table.columns})
    return inserts


def _insert(table: str, columns: Mapping[str, str]) -> str:
    """Return the statement that puts lines of JSON into *table*; names are of the catalogue."""
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f'r."{name}"::{kind}' for name, kind in columns.items())
    texts = ", ".join(f'"{name}" text' for name in columns)
    return (
        f'INSERT INTO "{table}" ({names}) OVERRIDING SYSTEM VALUE SELECT {values} '  # noqa: S608
        f"FROM json_to_recordset(%(rows)s::json) AS r({texts})"
    )
