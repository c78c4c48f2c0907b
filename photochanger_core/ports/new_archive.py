"""One backup that is to be made, wherever it will lie."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from photochanger_core.domain.account import Account
from photochanger_core.domain.archive import Manifest, RowsPart
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.ids import MediaId


class ArchiveWriter(Protocol):
    """An archive while it is being written. Raises ArchiveError if it cannot be."""

    @abstractmethod
    async def add_rows(self, rows: RowsPart) -> None:
        """Add *rows*."""

    @abstractmethod
    async def add_picture(self, media_id: MediaId, picture: Blob) -> str:
        """Add *picture* and return the checksum of what was added. It stays the caller's.

        Raises:
            StorageUnavailable: If the picture cannot be read.
        """

    @abstractmethod
    async def add_accounts(self, accounts: Sequence[Account]) -> None:
        """Add *accounts*."""


class NewArchivePort(Protocol):
    """One backup that is to be made."""

    @abstractmethod
    def writing(self, manifest: Manifest) -> AbstractAsyncContextManager[ArchiveWriter]:
        """Return how to write it: it is there whole when the context ends well, else not at all.

        Raises:
            ArchiveError: If there is one already that is to stay, or it cannot be written.
        """
