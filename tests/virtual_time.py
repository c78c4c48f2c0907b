"""An event loop whose clock jumps, so that a test of an hour's waiting takes no time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar, TypeVarTuple

from photochanger_adapters.system.clock import SystemClock

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

START: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""What `VirtualClock` shows as its loop begins."""

PATIENCE: Final = 30.0
"""Real seconds a thread may take."""


class Deadlock(RuntimeError):
    """Every task waits, and for no clock."""


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits for a timer: moves the clock of its loop to it."""

    loop: VirtualTimeLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.loop.threads:
            return self._threads_first()
        if timeout is None:
            raise Deadlock("every task waits, and for no clock")
        self.loop.moment += timeout
        return ready

    def _threads_first(self) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(PATIENCE)
        if not ready:
            raise Deadlock(f"a thread has not come back in {PATIENCE:.0f} s")
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """asyncio on a clock that jumps to the next timer when every task waits.

    The clock stands still while a thread works (`asyncio.to_thread`). Waits for sockets and
    processes take no time on it: what needs those does not belong here.

    Attributes:
        moment: What the clock shows, in seconds.
        threads: How many calls are in threads.
    """

    def __init__(self) -> None:
        self.moment = 0.0
        self.threads = 0
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.moment

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        future = super().run_in_executor(executor, func, *args)
        self.threads += 1
        future.add_done_callback(self._thread_ended)
        return future

    async def shutdown_default_executor(self, *args: float | None) -> None:
        self.threads += 1  # it waits for a thread of its own
        await super().shutdown_default_executor(*args)
        self.threads -= 1

    def _thread_ended(self, _: asyncio.Future[Any]) -> None:
        self.threads -= 1


class VirtualClock(SystemClock):
    """The production clock on a `VirtualTimeLoop`, with a wall clock that goes along.

    Attributes:
        stepped: By how much somebody has set the wall clock forward.
    """

    def __init__(self) -> None:
        self.stepped = timedelta()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic()) + self.stepped


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run *main* to its end on a loop of its own, in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
