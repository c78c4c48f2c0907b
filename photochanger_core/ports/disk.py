"""How much room there is for pictures."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from attrs import frozen


@frozen(kw_only=True)
class Room:
    """What is left on the disk of the pictures.

    Attributes:
        bytes_free: For this user.
        bytes_in_all: That this user has and could have.
        files_free: Files that can be made yet; None: as many as there is room for.
    """

    bytes_free: int
    bytes_in_all: int
    files_free: int | None = None


class DiskPort(Protocol):
    """How much room there is for pictures."""

    @abstractmethod
    async def room(self) -> Room:
        """Return what is left.

        Raises:
            StorageUnavailable: If the disk is away.
        """
