"""Everything the database holds, taken out and put in as a whole."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from photochanger_core.domain.archive import Manifest, Promised, RowsPart
from photochanger_core.domain.ids import MediaId


class Snapshot(Protocol):
    """All rows as they were at one moment, whatever is changed meanwhile."""

    @property
    @abstractmethod
    def manifest(self) -> Manifest:
        """What there is."""

    @abstractmethod
    async def count_rows(self) -> int:
        """Return how many rows there are."""

    @abstractmethod
    def rows(self) -> AsyncIterator[RowsPart]:
        """Yield the rows of every table, a few at a time, in the order of the manifest's tables."""

    @abstractmethod
    async def count_promised(self, now: datetime) -> int:
        """Return how many pictures are promised beyond *now*."""

    @abstractmethod
    def promised(self, now: datetime) -> AsyncIterator[Promised]:
        """Yield the pictures that are promised beyond *now*; none that is lent for moments only."""


class Replacement(Protocol):
    """New rows in place of all that there were. Nobody sees them before `commit`."""

    @abstractmethod
    async def load(self, rows: RowsPart) -> None:
        """Add *rows*; those of a table come after those of the tables before it.

        Raises:
            ArchiveDamaged: If they are not what the manifest says, or come too late.
        """

    @abstractmethod
    async def expect(self, media_id: MediaId) -> Promised:
        """Return what the rows say of a picture, and remember that it is there.

        Raises:
            ArchiveDamaged: If they say nothing of it, or it is there already.
        """

    @abstractmethod
    async def missing(self, now: datetime) -> Sequence[MediaId]:
        """Return the pictures that are promised beyond *now* and that nobody expected, in order.

        None that is lent for moments only is among them.
        """

    @abstractmethod
    async def commit(self) -> None:
        """Have the new rows count, all at once.

        Pictures that nobody expected are marked as removed at the moment of the manifest: there
        was no file any more when the backup came to them.

        Raises:
            ArchiveDamaged: If the rows do not fit together, or hold slots or settings that no
                program of ours could read.
        """


class AllRowsPort(Protocol):
    """Everything the database holds. Raises QueueUnavailable if it does not answer."""

    @abstractmethod
    def snapshot(self, now: datetime) -> AbstractAsyncContextManager[Snapshot]:
        """Return how to see all rows as they are when the context begins, which is *now*.

        Raises:
            RestoreRefused: If they are being replaced.
        """

    @abstractmethod
    def replacement(
        self, manifest: Manifest, *, force: bool
    ) -> AbstractAsyncContextManager[Replacement]:
        """Return how to put rows that *manifest* tells of in place of those that there are.

        While the context is open no server uses the database; what was not committed when it
        ends has changed nothing.

        Args:
            manifest: What comes.
            force: Do it though there is more than a first start leaves.

        Raises:
            RestoreRefused: If there is, or a server is at work; or if the manifest tells of a
                later version than this program knows.
            ArchiveDamaged: If it tells of tables or columns that its version has not.
        """
