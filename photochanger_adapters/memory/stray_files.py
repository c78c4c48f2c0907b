"""Stray files in a dict."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from attrs import define, field

from photochanger_core.ports.stray_files import Stray, StrayFilesPort

from .media_store import MemoryMediaStore


@define(eq=False)
class MemoryStrayFiles(StrayFilesPort):
    """Stray files in a dict, on the same disk as the results, failing with it.

    Attributes:
        found: When each was last touched.
    """

    _disk: MemoryMediaStore
    found: dict[Stray, datetime] = field(factory=dict, init=False)

    async def found_before(self, moment: datetime) -> AsyncIterator[Stray]:
        self._disk.check_read()
        for stray in [stray for stray, at in self.found.items() if at < moment]:
            yield stray

    async def remove(self, stray: Stray) -> None:
        self._disk.check_read()
        self.found.pop(stray, None)
