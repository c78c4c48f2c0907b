"""Bytes on their way from a worker into a spool."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

from attrs import define, field, frozen

from photochanger_core.ports.media_store import Spool


@runtime_checkable
class Reachable(Protocol):
    """A spool whose file other processes of this user can write by themselves."""

    async def path(self) -> str:
        """Return where its file is, empty as yet; what is there in the end is what was written.

        Raises:
            StorageFull, StorageUnavailable: If there is none.
        """


@frozen
class Place:
    """A file that a worker writes by itself.

    Attributes:
        inode: Device and number of it: a path of an open file leads elsewhere once that is closed.
    """

    path: str
    inode: tuple[int, int]


@define
class Delivery:
    """Brings a picture into a spool once, though a second worker may have to begin anew.

    The second makes the same bytes again: what the first has brought is passed over.
    """

    _into: Spool
    _written: int = field(default=0, init=False)
    _place: Place | None = field(default=None, init=False)

    async def prepare(self) -> None:
        """Find out where a worker may write; this may wait for a disk.

        Raises:
            StorageFull, StorageUnavailable: If there is no place for a picture.
        """
        if isinstance(self._into, Reachable) and not self._written:
            self._place = _place(await self._into.path())

    @property
    def place(self) -> Place | None:
        """Where a worker writes the picture by itself; None: what it makes is to be taken."""
        return None if self._written else self._place

    async def take(self, chunk: bytes, place: int) -> None:
        """Write what is new of *chunk*, which lies at *place*; nothing in between is missing.

        Raises:
            StorageFull, StorageUnavailable: As `Spool.write`.
        """
        new = chunk[max(0, self._written - place) :]
        if new:
            await self._into.write(new)
            self._written += len(new)


def _place(path: str) -> Place | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None  # paths of open files lead nowhere on this system
    return Place(path, (found.st_dev, found.st_ino))
