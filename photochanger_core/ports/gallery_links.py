"""Links to the gallery of all slots."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class GalleryLinksPort(Protocol):
    """Links to the gallery of all slots, by digests of their tokens: the same for all servers.

    Raises QueueUnavailable if it does not answer in time.
    """

    @abstractmethod
    async def add(self, digest: str, expires_at: datetime) -> None:
        """Remember a link that leads somewhere until *expires_at*; again: until the new moment."""

    @abstractmethod
    async def expiry(self, digest: str) -> datetime | None:
        """Return until when a link leads somewhere, also if that is over; None: it is unknown."""

    @abstractmethod
    async def purge(self, before: datetime) -> None:
        """Forget links that were over before that moment."""
