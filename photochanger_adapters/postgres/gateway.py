"""The one place where statements meet connections.

`aiopg.sa` does not import under SQLAlchemy 2, so Core statements are compiled and run on plain
aiopg cursors. aiopg's own pool is not used: it holds a lock while it connects, and whoever waits
for a connection needs that lock to stop waiting, so that a frozen server would hold up callers
beyond their time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from enum import IntEnum
from typing import Final, Self

import aiopg
from attrs import define, field
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from photochanger_core.domain.errors import QueueUnavailable

from .connecting import connect
from .link import Link
from .outages import errors_translated
from .session import Row, fetch
from .statements import Statement

CONNECTIONS: Final = 10

_SHARE: Final = 0.9
"""Of the statement timeout: callers have their answer before it is over."""

_SORTED_IN_MEMORY: Final = "16MB"
"""Of each sort: the jobs of a busy 72 hours would go through files with PostgreSQL's own 4 MB."""

_PLANNED_ONCE: Final = "force_generic_plan"
"""Of what is prepared, and only of that. By itself PostgreSQL plans the look for room each time:
without a daily limit it takes the plan for any limit, which is the same one, for a dearer one."""

_NOBODY: Final = nullcontext()
"""Whom a statement without a lock waits for."""


class Lock(IntEnum):
    """What servers that share a database do one at a time: keys of advisory locks.

    Whoever uses the database shares the last one, on each connection; restoring has it alone.
    """

    ADMISSION = 7001
    MIGRATION = 7002
    LOGIN = 7003
    TEMPLATES = 7004
    SETTINGS = 7005
    CLEANUP = 7006
    USE = 7010


SHARE_USE: Final = f"SELECT pg_try_advisory_lock_shared({Lock.USE:d}) AS free"
"""Kept until the connection is closed."""


@define(kw_only=True)
class Gateway:
    """Runs statements on a few connections, each opened when needed and renewed now and then.

    A call ends within nine tenths of the statement timeout, connecting and waiting for others
    included, and at once when it is cancelled. A connection that is in the middle of something
    then is closed; the server notices within a second and drops what it was doing, or has done
    it. To be used as a context manager, which closes the connections.

    Attributes:
        dsn: A libpq connection string or `postgresql://` URL.
        size: Connections at most.
        shares_use: Whether nobody can restore while a connection is open, and none is opened while
            somebody does. False for whoever may be the one.
    """

    dsn: str = field(repr=False)
    statement_timeout_ms: int = 5000
    size: int = CONNECTIONS
    shares_use: bool = True
    _idle: list[Link] = field(factory=list, init=False, repr=False)
    _closed: bool = field(default=False, init=False)
    _wanted: int = field(default=0, init=False)
    _room: asyncio.Semaphore = field(init=False, repr=False)
    _lines: dict[Lock, asyncio.Lock] = field(init=False, repr=False)

    @_room.default
    def _room_for_all(self) -> asyncio.Semaphore:
        return asyncio.Semaphore(self.size)

    @_lines.default
    def _line_for_each(self) -> dict[Lock, asyncio.Lock]:
        return {lock: asyncio.Lock() for lock in Lock}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closed = True
        while self._idle:
            await self._idle.pop().connection.close()

    @property
    def wanted(self) -> int:
        """How many statements have a connection now, or wait for one."""
        return self._wanted

    async def rows(self, statement: Statement, **values: object) -> list[Row]:
        """Run *statement* with *values* and return its rows.

        Raises:
            QueueUnavailable: If the database does not answer in time.
        """
        return await self._run(statement, values)

    async def serialised(self, lock: Lock, statement: Statement, **values: object) -> list[Row]:
        """Do the same while nobody else does under *lock*.

        Two statements in one round trip and one transaction: the second has a snapshot younger
        than the lock, so it sees what the last holder committed. In one statement it would not.

        Callers of one process form a line before they take a connection: however many wait, one
        connection waits for the other servers, and the rest is free for everybody else.
        """
        first = f"SELECT pg_advisory_xact_lock({lock:d}); "
        return await self._run(statement, values, first, line=self._lines[lock])

    async def _run(
        self,
        statement: Statement,
        values: Mapping[str, object],
        first: str = "",
        *,
        line: AbstractAsyncContextManager[object] = _NOBODY,
    ) -> list[Row]:
        parameters = statement.parameters(values)
        with errors_translated():
            async with (
                asyncio.timeout(self.statement_timeout_ms / 1000 * _SHARE),
                line,
                self._link() as link,
            ):
                return await link.rows(statement, parameters, after=first)

    @asynccontextmanager
    async def _link(self) -> AsyncIterator[Link]:
        self._wanted += 1
        try:
            async with self._room:
                link = self._take() or Link(await self._open())
                try:
                    yield link
                finally:
                    self._give_back(link)
        finally:
            self._wanted -= 1

    def _take(self) -> Link | None:
        while self._idle:
            link = self._idle.pop()
            if not link.connection.closed:
                return link
            link.connection.close()
        return None

    async def _open(self) -> aiopg.Connection:
        connection = await connect(
            self.dsn,
            timezone="UTC",
            statement_timeout=self.statement_timeout_ms,
            lock_timeout=self.statement_timeout_ms // 2,
            client_connection_check_interval=1000,
            work_mem=_SORTED_IN_MEMORY,
            plan_cache_mode=_PLANNED_ONCE,
        )
        try:
            if self.shares_use:
                await _share_use(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_back(self, link: Link) -> None:
        is_sound = not link.connection.closed and _is_idle(link.connection)
        if self._closed or link.is_old or not is_sound:
            link.connection.close()
        else:
            self._idle.append(link)


async def _share_use(connection: aiopg.Connection) -> None:
    [row] = await fetch(connection, SHARE_USE)
    if not row["free"]:
        raise QueueUnavailable("the database is being restored")


def _is_idle(connection: aiopg.Connection) -> bool:
    return bool(connection.raw.get_transaction_status() == TRANSACTION_STATUS_IDLE)
