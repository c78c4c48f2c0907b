"""Leaving without leaving anybody standing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, TypeVar

import structlog

from photochanger_core.domain.errors import CoreError, ShuttingDown

log: Final = structlog.stdlib.get_logger("photochanger.web")

T = TypeVar("T")


class Draining:
    """Counts requests under way, and takes no photo once the server is leaving."""

    def __init__(self) -> None:
        self._leaving = False
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._endless: set[asyncio.Timeout] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def is_leaving(self) -> bool:
        """Whether the server takes nothing new."""
        return self._leaving

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Count what happens inside as a request under way, unless the server is leaving."""
        if self._leaving:
            yield
            return
        self._under_way += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def to_the_end(self, work: Awaitable[T]) -> T:
        """Return what *work* returns; it goes on to its end though the caller is cancelled.

        If it fails then, that is logged, as nobody else hears of it; bugs by the loop's handler.
        """
        task = self._begun(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_log_failure)
            raise

    def beside(self, work: Awaitable[object]) -> None:
        """Have *work* done while nobody waits for it; leaving does. If it fails, that is logged."""
        self._begun(work).add_done_callback(_log_failure)

    def _begun(self, work: Awaitable[T]) -> asyncio.Task[T]:
        task = asyncio.create_task(self._counted(work))
        self._tasks.add(task)  # asyncio itself may forget it
        task.add_done_callback(self._tasks.discard)
        return task

    async def _counted(self, work: Awaitable[T]) -> T:
        with self.under_way():
            return await work

    @asynccontextmanager
    async def until_leaving(self) -> AsyncIterator[None]:
        """Do what is inside until it ends, or the server leaves: then it is given up.

        Raises:
            ShuttingDown: If the server is leaving already.
        """
        self.check()
        limit = asyncio.timeout(None)
        try:
            async with limit:
                self._endless.add(limit)
                yield
        except TimeoutError:
            if not limit.expired():
                raise
        finally:
            self._endless.discard(limit)

    def check(self) -> None:
        """Return if new work may begin.

        Raises:
            ShuttingDown: If the server is leaving.
        """
        if self._leaving:
            raise ShuttingDown

    async def drain(self) -> None:
        """Take no new work, and wait until every request under way by now is answered."""
        self._leaving = True
        while self._endless:
            self._endless.pop().reschedule(asyncio.get_running_loop().time())
        await self._idle.wait()


def _log_failure(task: asyncio.Task[Any]) -> None:
    if task.cancelled() or (error := task.exception()) is None:
        return
    if isinstance(error, CoreError):
        log.error("failed unseen", exc_info=error)
    else:
        task.get_loop().call_exception_handler({"message": "failed unseen", "exception": error})
