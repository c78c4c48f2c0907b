"""One backup, wherever it lies."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator
from typing import Protocol

from photochanger_core.domain.archive import Manifest, Part, Tell


class ArchivePort(Protocol):
    """One backup. Raises ArchiveError if it cannot be read."""

    @abstractmethod
    async def manifest(self) -> Manifest:
        """Return what it says of itself.

        Raises:
            ArchiveDamaged: If it says nothing, or is of another kind than this program knows.
        """

    @abstractmethod
    def parts(self, what: str, tell: Tell) -> AsyncGenerator[Part, None]:
        """Yield what was added to it, in that order; *tell* hears of it as *what*, in bytes.

        Whoever leaves before the end closes it.

        Raises:
            ArchiveDamaged: If a byte is not as it was written: after the last part at the latest.
        """
