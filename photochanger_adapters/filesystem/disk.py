"""How much room a disk has."""

from __future__ import annotations

import os
from pathlib import Path

from attrs import frozen

from photochanger_core.ports.disk import DiskPort, Room

from .threads import in_thread


@frozen
class FileDisk(DiskPort):
    """How much room the disk has on which *root* lies."""

    _root: Path

    async def room(self) -> Room:
        return await in_thread(self._look)

    def _look(self) -> Room:
        disk = os.statvfs(self._root)
        counts_files = disk.f_files > 0
        return Room(
            bytes_free=disk.f_bavail * disk.f_frsize,
            # Without what only root may fill, as df counts.
            bytes_in_all=(disk.f_blocks - disk.f_bfree + disk.f_bavail) * disk.f_frsize,
            files_free=disk.f_favail if counts_files else None,
        )
