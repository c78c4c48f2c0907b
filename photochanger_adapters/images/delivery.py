"""Bytes on their way from a worker into a spool."""

from __future__ import annotations

from attrs import define, field

from photochanger_core.ports.media_store import Spool


@define
class Delivery:
    """Writes a picture into a spool once, though a second worker may have to begin anew.

    The second makes the same bytes again: what the first has brought is passed over.
    """

    _into: Spool
    _written: int = field(default=0, init=False)

    async def take(self, chunk: bytes, place: int) -> None:
        """Write what is new of *chunk*, which lies at *place*; nothing in between is missing.

        Raises:
            StorageFull, StorageUnavailable: As `Spool.write`.
        """
        new = chunk[max(0, self._written - place) :]
        if new:
            await self._into.write(new)
            self._written += len(new)
