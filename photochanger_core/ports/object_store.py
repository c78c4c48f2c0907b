"""Where the files of media objects lie."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse


class ObjectStorePort(Protocol):
    """Where the files of media objects lie. They are found by use and id, and by nothing else."""

    @abstractmethod
    def location(self, media: MediaObject) -> str:
        """Return where the content of *media* lies, or will."""

    @abstractmethod
    async def keep(self, media: MediaObject, picture: Blob) -> None:
        """Store *picture* as the content of *media*, durably.

        When it raises, or is cancelled, nothing can be seen under its id; `discard` removes the
        rest. *picture* stays the caller's.

        Raises:
            StorageFull: If there is no room.
            StorageUnavailable: If it cannot be written.
        """

    @abstractmethod
    async def open(self, media: MediaObject) -> Blob:
        """Return the content; it stays readable until closed, even if discarded meanwhile.

        Raises:
            MediaNotFound: If there is no such file.
            StorageUnavailable: If it cannot be read.
        """

    @abstractmethod
    async def discard(self, use: MediaUse, media_id: MediaId) -> int:
        """Remove everything stored under an id; do nothing if there is nothing.

        Returns:
            How many bytes that was.

        Raises:
            StorageUnavailable: If it cannot be removed.
        """

    @abstractmethod
    async def size_of(self, use: MediaUse, media_id: MediaId) -> int:
        """Return how many bytes `discard` would remove.

        Raises:
            StorageUnavailable: If the store cannot be read.
        """

    @abstractmethod
    def kept_before(self, use: MediaUse, moment: datetime) -> AsyncIterator[MediaId]:
        """Yield ids under which something is stored that was not touched since *moment*.

        Raises:
            StorageUnavailable: If the store cannot be listed.
        """
