"""Files among the pictures that are none."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

from attrs import frozen


@frozen
class Stray:
    """A file, or an empty folder, that is nobody's.

    Attributes:
        location: Means something to the store only.
        size: Length in bytes; of a folder 0.
    """

    location: str
    size: int


class StrayFilesPort(Protocol):
    """Files where pictures lie that are no pictures: crashes leave them half-written."""

    @abstractmethod
    def found_before(self, moment: datetime) -> AsyncIterator[Stray]:
        """Yield those not touched since *moment*.

        What lies under the id of a job or a media object is told by the other stores: of that
        only what is neither picture nor preview is a stray. Folders of others with something in
        them are left alone.

        Raises:
            StorageUnavailable: If the store cannot be listed.
        """

    @abstractmethod
    async def remove(self, stray: Stray) -> None:
        """Remove it; do nothing if it is gone, or a folder that is not empty any more.

        Raises:
            StorageUnavailable: If it cannot be removed.
        """
