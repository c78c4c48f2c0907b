"""Whose the pictures are."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol


class MediaMarkPort(Protocol):
    """A mark where pictures lie: the id of the database that they belong to."""

    @abstractmethod
    async def read(self) -> str | None:
        """Return the id; None: there is no mark.

        Raises:
            StorageUnavailable: If that cannot be told.
        """

    @abstractmethod
    async def write(self, installation: str) -> None:
        """Put the mark there, in place of any other.

        Raises:
            StorageFull, StorageUnavailable: If that is not possible.
        """
