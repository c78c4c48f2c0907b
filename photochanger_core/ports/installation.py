"""Which database this is."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol


class InstallationPort(Protocol):
    """Which database this is, told from all others."""

    @abstractmethod
    async def id(self) -> str:
        """Return what no other database is called, short of its copies.

        Raises:
            QueueUnavailable: If the store does not answer in time.
        """
