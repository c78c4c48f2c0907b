"""Whether pictures can be stored."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from photochanger_core.domain.errors import StorageFull, StorageUnavailable
from photochanger_core.domain.slot import MEGABYTE
from photochanger_core.ports.health import HealthPort

from .handle import write_all
from .media_store import UPLOADS
from .spool import nameless_file
from .threads import in_thread

ROOM: Final = 20 * MEGABYTE
"""Bytes that must be free: the largest upload."""


class FileHealth(HealthPort):
    """Writes a little file below *root*, reads it again, and looks how much room is left.

    However many ask, there is one look at a time, in a thread of its own: a disk that hangs costs
    one thread, and uploads that take all others do not keep anybody from looking.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / UPLOADS
        self._look: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="media health")

    @property
    def name(self) -> str:
        return "media"

    async def check(self) -> None:
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(in_thread(self._probe, executor=self._thread))
        await asyncio.shield(self._look)

    def _probe(self) -> None:
        with nameless_file(self._folder) as file:
            write_all(file.fileno(), b"here")
            os.fsync(file.fileno())
            if os.pread(file.fileno(), 4, 0) != b"here":
                raise StorageUnavailable("what was written cannot be read")
        if (free := _free(self._folder)) < ROOM:
            raise StorageFull(f"{free // MEGABYTE} MiB are free")


def _free(folder: Path) -> int:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
