"""One connection, and what it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiopg
from attrs import frozen
from psycopg2.extras import RealDictCursor

from .connecting import connect
from .outages import errors_translated

Row = Mapping[str, Any]

_CONNECT_SECONDS: Final = 5.0


async def fetch(
    connection: aiopg.Connection, text: str, parameters: Mapping[str, Any] | None = None
) -> list[Row]:
    """Run *text*, one transaction even if it is several statements; return the last one's rows."""
    async with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        await cursor.execute(text, parameters)
        return list(await cursor.fetchall()) if cursor.description else []


@frozen
class Session:
    """A connection of its own, for work that leaves state in the session."""

    _connection: aiopg.Connection
    _seconds: float

    async def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Run *text* and return its rows.

        Raises:
            QueueUnavailable: If there is no answer in time.
            StatementRejected: If the database does not accept it.
        """
        with errors_translated():
            async with asyncio.timeout(self._seconds):
                return await fetch(self._connection, text, parameters)

    async def notified(self) -> str:
        """Return what is said next on a channel that this session listens to.

        Raises:
            QueueUnavailable: If the connection is lost.
        """
        with errors_translated():
            return str((await self._connection.notifies.get()).payload)


@asynccontextmanager
async def session(dsn: str, *, seconds: float) -> AsyncIterator[Session]:
    """Open a connection; closing it ends its locks and rolls back what was not committed.

    Args:
        dsn: A libpq connection string or `postgresql://` URL.
        seconds: What a statement may take.

    Raises:
        QueueUnavailable: If there is no connection in time.
    """
    with errors_translated():
        async with asyncio.timeout(_CONNECT_SECONDS):
            connection = await connect(dsn, timezone="UTC", client_connection_check_interval=1000)
    try:
        yield Session(connection, seconds)
    finally:
        await connection.close()
