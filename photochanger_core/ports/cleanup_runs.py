"""Who has cleaned up, and who does."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from photochanger_core.domain.cleanup import CleanupRun


class CleanupRunsPort(Protocol):
    """Who has cleaned up, and who does: one at a time, of all servers and commands.

    Raises QueueUnavailable if the store does not answer in time.
    """

    @abstractmethod
    def alone(self) -> AbstractAsyncContextManager[bool]:
        """Yield whether nobody else cleans up now; nobody else does inside then.

        Whoever dies inside is out.
        """

    @abstractmethod
    async def note(self, run: CleanupRun) -> None:
        """Remember *run*."""

    @abstractmethod
    async def last_success(self) -> CleanupRun | None:
        """Return the run that ended last of those after which everything was clean."""

    @abstractmethod
    async def since(self, moment: datetime) -> Sequence[CleanupRun]:
        """Return the runs that ended after *moment*, in the order in which they did."""
