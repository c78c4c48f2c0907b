"""Numbered migrations, up and down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from .gateway import Lock
from .outages import StatementRejected
from .session import Session, session

_INSTALLED: Final = Path(__file__).parent / "migrations"
_CHECKOUT: Final = Path(__file__).parents[2] / "db" / "migrations"
_SECONDS: Final = 600.0
"""What one statement of a migration, or waiting for another server's, may take."""

_RECORDS: Final = """
    CREATE TABLE IF NOT EXISTS schema_migration (
        version integer PRIMARY KEY,
        name text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )
"""
_ADD: Final = "INSERT INTO schema_migration (version, name) VALUES (%(version)s, %(name)s)"
_REMOVE: Final = "DELETE FROM schema_migration WHERE version = %(version)s"


class MigrationError(Exception):
    """The database cannot be brought to the wanted version; the text says why in one line."""


class NoSuchVersion(MigrationError):
    """No migration leads to the wanted version."""

    def __init__(self, version: int) -> None:
        super().__init__(f"there is no version {version}")
        self.version = version


class LaterDatabase(MigrationError):
    """The database has been migrated by a later program, which alone knows the way back."""

    def __init__(self, version: int, known: int) -> None:
        super().__init__(
            f"the database is at version {version}, this program knows {known}: it is older"
        )
        self.version = version
        self.known = known


@frozen(kw_only=True)
class Migration:
    """One step of the schema: SQL that goes there, and SQL that goes back."""

    version: int
    name: str
    up: str
    down: str


def migrations(folder: Path | None = None) -> list[Migration]:
    """Return the migrations of *folder*, in order.

    By default those beside this module, where a wheel has them; in a checkout `db/migrations`.

    Raises:
        MigrationError: If there are none, or numbers are missing.
    """
    folder = folder or (_INSTALLED if _INSTALLED.is_dir() else _CHECKOUT)
    steps = [_read(path) for path in sorted(folder.glob("*.up.sql"))]
    if not steps or [step.version for step in steps] != list(range(1, len(steps) + 1)):
        raise MigrationError(f"{folder} does not hold migrations from 0001 on, without gaps")
    return steps


def _read(path: Path) -> Migration:
    number, _, name = path.name.removesuffix(".up.sql").partition("_")
    return Migration(
        version=int(number),
        name=name,
        up=path.read_text("utf-8"),
        down=path.with_name(f"{number}_{name}.down.sql").read_text("utf-8"),
    )


async def current(dsn: str) -> int:
    """Return the version of the database; 0 before the first migration.

    Raises:
        QueueUnavailable: If the database does not answer.
    """
    async with session(dsn, seconds=_SECONDS) as database:
        return await version_of(database)


async def version_of(database: Session) -> int:
    """Return the same of a *database* that is open. Raises as `current`."""
    [table] = await database.run("SELECT to_regclass('schema_migration') AS name")
    return await _version(database) if table["name"] else 0


async def upgrade(dsn: str, folder: Path | None = None) -> list[int]:
    """Apply what is pending and return the versions applied.

    Servers that start together take turns. What is applied before a failure stays.

    Raises:
        MigrationError: If a migration fails, or the database is newer than this code.
        QueueUnavailable: If the database does not answer.
    """
    steps = await asyncio.to_thread(migrations, folder)
    async with _alone(dsn, known=len(steps)) as (database, version):
        pending = steps[version:]
        for step in pending:
            await _move(database, step, step.up, _ADD)
        return [step.version for step in pending]


async def downgrade(dsn: str, to: int, folder: Path | None = None) -> list[int]:
    """Undo what is above version *to* and return the versions undone, latest first.

    Raises:
        MigrationError: If undoing fails, or the database is newer than this code.
        QueueUnavailable: If the database does not answer.
    """
    steps = await asyncio.to_thread(migrations, folder)
    async with _alone(dsn, known=len(steps)) as (database, version):
        if to not in range(len(steps) + 1):
            raise NoSuchVersion(to)
        undone = steps[to:version][::-1]
        for step in undone:
            await _move(database, step, step.down, _REMOVE)
        return [step.version for step in undone]


@asynccontextmanager
async def _alone(dsn: str, *, known: int) -> AsyncIterator[tuple[Session, int]]:
    async with session(dsn, seconds=_SECONDS) as database:
        await database.run("SELECT pg_advisory_lock(%(key)s)", {"key": int(Lock.MIGRATION)})
        await database.run(_RECORDS)
        version = await _version(database)
        if version > known:
            raise LaterDatabase(version, known)
        yield database, version


async def _version(database: Session) -> int:
    [row] = await database.run("SELECT coalesce(max(version), 0) AS version FROM schema_migration")
    return int(row["version"])


async def remake(database: Session, version: int, folder: Path | None = None) -> None:
    """Have all tables anew and empty, as of *version*, in the transaction that *database* is in.

    Raises:
        MigrationError: If a migration fails.
        QueueUnavailable: If the database does not answer.
    """
    steps = await asyncio.to_thread(migrations, folder)
    for step in steps[: await _version(database)][::-1]:
        await _apply(database, step, step.down, _REMOVE)
    for step in steps[:version]:
        await _apply(database, step, step.up, _ADD)


async def catch_up(database: Session, folder: Path | None = None) -> None:
    """Apply what is pending, in the transaction that *database* is in. Raises as `remake`."""
    steps = await asyncio.to_thread(migrations, folder)
    for step in steps[await _version(database) :]:
        await _apply(database, step, step.up, _ADD)


async def _move(database: Session, step: Migration, script: str, record: str) -> None:
    await database.run("BEGIN")
    await _apply(database, step, script, record)
    await database.run("COMMIT")


async def _apply(database: Session, step: Migration, script: str, record: str) -> None:
    try:
        await database.run(script)
        await database.run(record, {"version": step.version, "name": step.name})
    except StatementRejected as error:
        raise MigrationError(f"migration {step.version} failed: {error}") from error
