"""Uploads in files without a name."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import Final

from photochanger_core.domain.blob import CHUNK, Blob
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.media_store import Spool

from .blob import FILE_BLOB, HAS_PATHS, path_of
from .handle import CLOSED, Handle
from .threads import in_thread, let_go


def nameless_file(folder: Path) -> FileIO:
    """Return a new file on the disk of *folder*, which is gone when closed, or its process dies."""
    return tempfile.TemporaryFile(dir=folder, buffering=0)


class FileSpool(Spool):
    """An upload in a file without a name, hashed on its way there.

    Chunks are gathered until a trip to a thread is worth it.
    """

    def __init__(self, folder: Path) -> None:
        self._handle = Handle(lambda: nameless_file(folder))
        self._gathered = bytearray()
        self._digest = sha256()
        self._size = 0
        self._finished = False

    async def write(self, chunk: bytes) -> None:
        if self._finished:
            raise StorageUnavailable(CLOSED)
        self._gathered += chunk
        if len(self._gathered) >= CHUNK:
            await self._flush()

    async def finish(self, media_type: MediaType) -> Blob:
        if self._finished:
            raise StorageUnavailable(CLOSED)
        await self._flush()
        self._finished = True
        return FILE_BLOB(
            handle=self._handle,
            size=self._size,
            sha256=self._digest.hexdigest(),
            media_type=media_type,
        )

    async def close(self) -> None:
        self._finished = True
        self._gathered = bytearray()
        await let_go(self._handle.close)

    async def _flush(self) -> None:
        data, self._gathered = self._gathered, bytearray()
        await in_thread(self._append, data)

    def _append(self, data: bytearray) -> None:
        self._handle.append(data)
        self._count(data)

    def _count(self, data: bytes | bytearray) -> None:
        self._digest.update(data)
        self._size += len(data)


class LinkedSpool(FileSpool):
    """A spool that a process of the same user can fill by a path, in place of `write`."""

    _is_lent = False

    async def path(self) -> str:
        """Return where the file is.

        Raises:
            StorageFull, StorageUnavailable: If it cannot be made.
        """
        self._is_lent = True
        return await in_thread(self._path)

    async def finish(self, media_type: MediaType) -> Blob:
        if self._is_lent and not (self._size or self._gathered):
            await in_thread(self._count_all)
        return await super().finish(media_type)

    def _path(self) -> str:
        self._handle.open()
        return path_of(self._handle)

    def _count_all(self) -> None:
        while chunk := self._handle.read(self._size, CHUNK):
            self._count(chunk)


SPOOL: Final[type[FileSpool]] = LinkedSpool if HAS_PATHS else FileSpool
"""What takes uploads on this system."""
