"""A mark in memory."""

from __future__ import annotations

from attrs import define

from photochanger_core.domain.errors import StorageFull, StorageUnavailable
from photochanger_core.ports.media_mark import MediaMarkPort


@define
class MemoryMediaMark(MediaMarkPort):
    """A mark in memory.

    Attributes:
        mark: The id; None: there is none.
        failing: Raised instead of writing.
    """

    mark: str | None = None
    failing: StorageFull | StorageUnavailable | None = None

    async def read(self) -> str | None:
        return self.mark

    async def write(self, installation: str) -> None:
        if self.failing is not None:
            raise self.failing
        self.mark = installation
