"""A disk with as much room as it is told."""

from __future__ import annotations

from attrs import define, field

from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.ports.disk import DiskPort, Room

_PLENTY = 10**12


@define(kw_only=True)
class MemoryDisk(DiskPort):
    """A disk with as much room as it is told.

    Attributes:
        left: What is left.
        failing: Raised instead of answering.
    """

    left: Room = field(factory=lambda: Room(bytes_free=_PLENTY, bytes_in_all=2 * _PLENTY))
    failing: StorageUnavailable | None = None

    async def room(self) -> Room:
        if self.failing is not None:
            raise self.failing
        return self.left
