"""Let go of half-written files and empty folders."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.cleanup import ORPHAN_AGE, Leftover
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.stray_files import Stray, StrayFilesPort

from .cleaning import Cleaning


@frozen(kw_only=True)
class PurgeStrayFiles:
    """Let go of half-written files and empty folders, which crashes leave."""

    strays: StrayFilesPort
    clock: ClockPort

    async def __call__(self, cleaning: Cleaning) -> None:
        """Do so. What cannot be removed is noted, and left for the next time."""
        if cleaning.unrecognised:
            return
        try:
            async for stray in self.strays.found_before(self.clock.now() - ORPHAN_AGE):
                await self._remove(stray, cleaning)
        except StorageUnavailable as error:
            cleaning.fail("stray files", error)

    async def _remove(self, stray: Stray, cleaning: Cleaning) -> None:
        try:
            if not cleaning.dry_run:
                await self.strays.remove(stray)
            cleaning.remove(Leftover.STRAY_FILES, size=stray.size)
        except StorageUnavailable as error:
            cleaning.fail(stray.location, error)
        cleaning.look_at(Leftover.STRAY_FILES, 1)
