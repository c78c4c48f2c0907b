"""Everything PostgreSQL holds, taken out and put in as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from attrs import field, frozen

from photochanger_core.domain.archive import Manifest, RestoreRefused
from photochanger_core.ports.all_rows import AllRowsPort, Replacement, Snapshot

from .gateway import Lock
from .rows_in import PgReplacement
from .rows_out import PgSnapshot
from .session import Session, session

_SECONDS: Final = 600.0
"""What one statement may take: some make indexes over everything."""

_SHARE: Final = f"SELECT pg_try_advisory_lock_shared({Lock.USE:d}) AS free"
_HAVE_ALONE: Final = f"SELECT pg_try_advisory_lock({Lock.USE:d}) AS free"
_MIGRATE_ALONE: Final = f"SELECT pg_advisory_lock({Lock.MIGRATION:d})"


@frozen
class PgAllRows(AllRowsPort):
    """Rows as lines of JSON that PostgreSQL itself writes and reads, whatever its version.

    Each is taken out, and put in, in one transaction, on a connection of its own. Servers share a
    lock as long as they run; who puts rows in has it alone.
    """

    _dsn: str = field(repr=False)

    @asynccontextmanager
    async def snapshot(self, now: datetime) -> AsyncIterator[Snapshot]:
        async with session(self._dsn, seconds=_SECONDS) as database:
            await _lock(database, _SHARE, "the database is being restored")
            yield await PgSnapshot.begin(database, now)

    @asynccontextmanager
    async def replacement(self, manifest: Manifest, *, force: bool) -> AsyncIterator[Replacement]:
        async with session(self._dsn, seconds=_SECONDS) as database:
            await _lock(database, _HAVE_ALONE, "a server or a command is using the database")
            await database.run(_MIGRATE_ALONE)
            yield await PgReplacement.begin(database, manifest, force=force)


async def _lock(database: Session, statement: str, refusal: str) -> None:
    [row] = await database.run(statement)
    if not row["free"]:
        raise RestoreRefused(f"{refusal}; try again when it has ended")
