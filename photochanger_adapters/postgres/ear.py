"""An ear for what servers that share a database tell each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Self

from attrs import define, field

from photochanger_core.domain.errors import QueueUnavailable

from .gateway import Lock
from .session import Session, session

_LISTEN_AGAIN: Final = 1.0
"""Seconds between attempts to listen."""
_LISTEN_SECONDS: Final = 5.0
"""What beginning to listen may take, and an answer when it is silent."""
_ASK_EVERY: Final = 15.0
"""Seconds of silence until the ear asks whether anybody is there: a cut line is silent, too."""


@define(eq=False)
class Ear:
    """Listens on a channel, on a connection of its own, and again when that is lost.

    That connection also shows that the database is in use while the gateway of its server has no
    connection open. To be used as a context manager.

    Attributes:
        heard: Called with whatever is said there, and with None whenever listening has begun:
            something may have been said before.
    """

    _dsn: str = field(repr=False)
    _channel: str
    _heard: Callable[[str | None], None]
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _listen(self) -> None:
        while True:
            with suppress(QueueUnavailable):
                await self._hear()
            await asyncio.sleep(_LISTEN_AGAIN)

    async def _hear(self) -> None:
        async with session(self._dsn, seconds=_LISTEN_SECONDS) as database:
            await database.run(f"SELECT pg_advisory_lock_shared({Lock.USE:d})")
            await database.run(f"LISTEN {self._channel}")
            self._heard(None)
            while True:
                self._heard(await _next(database))


async def _next(database: Session) -> str:
    # One wait for all of it: a wait that is cancelled may take what was just said along with it.
    hearing = asyncio.ensure_future(database.notified())
    try:
        while not (await asyncio.wait([hearing], timeout=_ASK_EVERY))[0]:
            await database.run("SELECT 1")
        return hearing.result()
    finally:
        hearing.cancel()
        with suppress(asyncio.CancelledError, QueueUnavailable):
            await hearing
