"""The machine's clocks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.ports.clock import ClockPort


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
