"""Everything PostgreSQL holds, taken out and put in as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Final

from attrs import field, frozen

from photochanger_core.domain.archive import Manifest, Obstacle, RestoreRefused
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.ports.all_rows import AllRowsPort, Replacement, Snapshot

from .gateway import SHARE_USE, Lock
from .rows_in import PgReplacement
from .rows_out import PgSnapshot
from .session import Session, session

_SECONDS: Final = 600.0
"""What one statement may take: some make indexes over everything."""

_HAVE_ALONE: Final = f"SELECT pg_try_advisory_lock({Lock.USE:d}) AS free"
_MIGRATE_ALONE: Final = f"SELECT pg_advisory_lock({Lock.MIGRATION:d})"
_LET_GO: Final = "ROLLBACK; SELECT pg_advisory_unlock_all()"
"""Closing the connection does it, too, but only some time after that."""

_REFUSALS: Final = {
    Obstacle.RESTORING: "the database is being restored",
    Obstacle.DATABASE_IN_USE: "a server or another command is using the database",
}


@frozen
class PgAllRows(AllRowsPort):
    """Rows as lines of JSON that PostgreSQL itself writes and reads, whatever its version.

    Each is taken out, and put in, in one transaction, on a connection of its own. Whoever
    uses the database shares a lock; who puts rows in has it alone.
    """

    _dsn: str = field(repr=False)

    @asynccontextmanager
    async def snapshot(self, now: datetime) -> AsyncIterator[Snapshot]:
        async with _locked(self._dsn, SHARE_USE, Obstacle.RESTORING) as database:
            yield await PgSnapshot.begin(database, now)

    @asynccontextmanager
    async def replacement(self, manifest: Manifest, *, force: bool) -> AsyncIterator[Replacement]:
        async with _locked(self._dsn, _HAVE_ALONE, Obstacle.DATABASE_IN_USE) as database:
            await database.run(_MIGRATE_ALONE)
            yield await PgReplacement.begin(database, manifest, force=force)


@asynccontextmanager
async def _locked(dsn: str, lock: str, obstacle: Obstacle) -> AsyncIterator[Session]:
    async with session(dsn, seconds=_SECONDS) as database:
        [row] = await database.run(lock)
        if not row["free"]:
            raise RestoreRefused(f"{_REFUSALS[obstacle]}; try again when it has ended", obstacle)
        try:
            yield database
        finally:
            with suppress(QueueUnavailable):  # it was left in the middle of something
                await database.run(_LET_GO)
