"""When everything was backed up last."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class BackupMarkPort(Protocol):
    """A mark where pictures lie: when the last backup ended that came to its end."""

    @abstractmethod
    async def read(self) -> datetime | None:
        """Return that moment; None: there was no backup, or the mark is no moment.

        Raises:
            StorageUnavailable: If that cannot be told.
        """

    @abstractmethod
    async def write(self, moment: datetime) -> None:
        """Put the mark there, in place of any other.

        Raises:
            StorageFull, StorageUnavailable: If that is not possible.
        """
