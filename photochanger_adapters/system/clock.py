"""The machine's clocks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.ports.clock import ClockPort

from .bugs import tell_bug


class SystemClock(ClockPort):
    """The machine's wall clock, and the running event loop's clock for waiting."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    @asynccontextmanager
    async def until(self, moment: float) -> AsyncIterator[None]:
        scope = asyncio.timeout_at(moment)
        try:
            async with scope:
                yield
        except TimeoutError as error:
            if scope.expired():
                raise DeadlinePassed from error
            raise  # somebody else's: a socket's, or an inner scope's

    @asynccontextmanager
    async def at(
        self, moment: float, action: Callable[[], Coroutine[Any, Any, None]]
    ) -> AsyncIterator[None]:
        due = _Due(moment, action)
        try:
            try:
                yield
            finally:
                await due.over()
        except BaseException:
            due.tell_bug()
            raise
        due.check()


class _Due:
    """What is done at a moment on the running event loop's clock, at once if that is past."""

    def __init__(self, moment: float, action: Callable[[], Coroutine[Any, Any, None]]) -> None:
        loop = asyncio.get_running_loop()
        self._action = action
        self._task: asyncio.Task[None] | None = None
        self._timer = loop.call_at(moment, self._begin)
        if moment <= loop.time():
            self._timer.cancel()
            self._begin()

    async def over(self) -> None:
        """Wait for the action if it has begun, also while being cancelled; else forget it."""
        self._timer.cancel()
        cancelled: asyncio.CancelledError | None = None
        while self._task is not None and not self._task.done():
            try:
                await asyncio.wait([self._task])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled

    def check(self) -> None:
        """Raise what the action has raised."""
        if self._task is not None:
            self._task.result()

    def tell_bug(self) -> None:
        """Tell of a bug of the action, when something else is raised already."""
        if self._task is not None:
            tell_bug(self._task)

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._action(), name="what was due")
