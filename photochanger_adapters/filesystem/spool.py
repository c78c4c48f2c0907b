"""Uploads in files without a name."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from io import FileIO
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap
from pathlib import Path
from typing import Final

from photochanger_core.domain.blob import CHUNK, Blob
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.media_store import Spool

from .blob import FILE_BLOB, HAS_PATHS, path_of
from .handle import CLOSED, Handle
from .threads import in_thread, let_go, translated


def nameless_file(folder: Path) -> FileIO:
    """Return a new file on the disk of *folder*, which is gone when closed, or its process dies."""
    return tempfile.TemporaryFile(dir=folder, buffering=0)


class FileSpool(Spool):
    """An upload in a file without a name, hashed on its way there.

    Chunks are gathered until a trip to a thread is worth it, for all of an upload in the same
    memory: pieces that grow, a new one for each trip, leave holes that nobody else fits into.
    """

    def __init__(self, folder: Path) -> None:
        self._handle = Handle(lambda: nameless_file(folder))
        self._room: memoryview | None = None
        self._gathered = 0
        self._digest = sha256()
        self._size = 0
        self._finished = False
        self._is_begun = False

    async def write(self, chunk: bytes) -> None:
        if self._finished:
            raise StorageUnavailable(CLOSED)
        rest = memoryview(chunk)
        while rest:
            rest = rest[self._gather(rest) :]
            if self._gathered == CHUNK:
                await self._flush()

    async def finish(self, media_type: MediaType) -> Blob:
        if self._finished:
            raise StorageUnavailable(CLOSED)
        await self._flush()
        self._finished, self._room = True, None
        return FILE_BLOB(
            handle=self._handle,
            size=self._size,
            sha256=self._digest.hexdigest(),
            media_type=media_type,
        )

    async def close(self) -> None:
        self._finished, self._room = True, None
        if self._is_begun:
            await let_go(self._handle.close)
        else:
            self._handle.close()  # there is no file yet, so there is nothing to wait for

    def _gather(self, data: memoryview) -> int:
        """Take as much of *data* as there is room for; return how much that was."""
        if not self._room:
            self._room = _new_room()
        start = self._gathered
        self._gathered = min(CHUNK, start + len(data))
        self._room[start : self._gathered] = data[: self._gathered - start]
        return self._gathered - start

    async def _flush(self) -> None:
        self._is_begun = True
        room, size = self._room or memoryview(b""), self._gathered
        self._room, self._gathered = None, 0
        await in_thread(self._append, room[:size])
        self._room = room  # not before: the thread of a caller that gave up is still at work on it

    def _append(self, data: memoryview) -> None:
        self._handle.append(data)
        self._count(data)

    def _count(self, data: bytes | memoryview) -> None:
        self._digest.update(data)
        self._size += len(data)


def _new_room() -> memoryview:
    """Return room for a chunk, which takes memory as it is written to."""
    try:
        return memoryview(mmap(-1, CHUNK, flags=MAP_PRIVATE | MAP_ANONYMOUS))
    except OSError as error:
        raise translated(error) from error


class LinkedSpool(FileSpool):
    """A spool that a process of the same user can fill by a path, in place of `write`."""

    _is_lent = False

    async def path(self) -> str:
        """Return where the file is.

        Raises:
            StorageFull, StorageUnavailable: If it cannot be made.
        """
        self._is_begun = self._is_lent = True
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
