"""Bytes on their way from a worker into a spool."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from attrs import define, field

from photochanger_core.ports.media_store import Spool


@runtime_checkable
class Reachable(Protocol):
    """A spool whose file other processes of this user can write by themselves."""

    async def path(self) -> str:
        """Return where its file is, empty as yet; what is there in the end is what was written.

        Raises:
            StorageFull, StorageUnavailable: If there is none.
        """


@define
class Delivery:
    """Brings a picture into a spool once, though a second worker may have to begin anew.

    The second makes the same bytes again: what the first has brought is passed over.
    """

    _into: Spool
    _written: int = field(default=0, init=False)

    async def path(self) -> str | None:
        """Return where a worker writes the picture by itself; None: what it makes is to be taken.

        Raises:
            StorageFull, StorageUnavailable: If there is no place for it.
        """
        if self._written or not isinstance(self._into, Reachable):
            return None
        return await self._into.path()

    async def take(self, chunk: bytes, place: int) -> None:
        """Write what is new of *chunk*, which lies at *place*; nothing in between is missing.

        Raises:
            StorageFull, StorageUnavailable: As `Spool.write`.
        """
        new = chunk[max(0, self._written - place) :]
        if new:
            await self._into.write(new)
            self._written += len(new)
