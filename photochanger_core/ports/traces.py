"""What is written down of jobs and people, until it is forgotten."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from photochanger_core.domain.cleanup import Leftover


class TracesPort(Protocol):
    """What is written down of jobs and people, until it is forgotten.

    Of what `LIVES` names: metadata of jobs that neither run nor have a result, from when they are
    shown no more; what providers said, from when they were asked; the rest from when it happened.

    Every method raises QueueUnavailable if the store does not answer in time.
    """

    @abstractmethod
    async def count(self, what: Leftover, before: datetime) -> int:
        """Return how many `forget` would forget, if it were let."""

    @abstractmethod
    async def forget(self, what: Leftover, before: datetime, limit: int) -> int:
        """Forget up to *limit* of those older than *before*, the oldest first; return how many."""
