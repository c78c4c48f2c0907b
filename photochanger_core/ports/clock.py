"""The only source of time in the core."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol


class ClockPort(Protocol):
    """Two clocks: one for rows, one for waiting."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the wall clock's time, aware, in UTC. It may step; nothing is waited for by it."""

    @abstractmethod
    def monotonic(self) -> float:
        """Return seconds since some moment. Never steps."""

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""

    @abstractmethod
    def until(self, moment: float) -> AbstractAsyncContextManager[None]:
        """Bound what is awaited inside to *moment* on the monotonic clock.

        What is being awaited at that moment is cancelled. A moment in the past cancels at the
        first await.

        Raises:
            DeadlinePassed: On leaving, if that happened.
        """

    @abstractmethod
    def at(
        self, moment: float, action: Callable[[], Coroutine[Any, Any, None]]
    ) -> AbstractAsyncContextManager[None]:
        """Do *action* at *moment* on the monotonic clock, if what is inside goes on until then.

        What is inside goes on meanwhile. An action that has begun is waited for on leaving, also
        by whoever is cancelled; what it raises leaves then.
        """
