"""A backup in a file."""

from __future__ import annotations

import os
import re
import stat
import zlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Final

from attrs import frozen

from photochanger_core.domain import ids
from photochanger_core.domain.archive import (
    AccountsPart,
    ArchiveDamaged,
    ArchiveError,
    Manifest,
    Obstacle,
    Part,
    PicturePart,
    RowsPart,
    Tell,
)
from photochanger_core.ports.archive import ArchivePort

from .archive_documents import accounts_of, manifest_of
from .archive_members import MembersIn
from .archive_names import ACCOUNTS, MANIFEST, MOST_BYTES, MOST_ROWS, PICTURES, ROWS
from .archive_thread import ArchiveThread, archive_thread

_ROWS: Final = re.compile(rf"{ROWS}/([a-z_]{{1,63}})/[0-9]{{1,12}}\.jsonl\.gz")
_PICTURE: Final = re.compile(rf"{PICTURES}/([0-9a-f]{{32}})")
_GZIP: Final = 16 + zlib.MAX_WBITS
_TOO_LARGE: Final = "the archive holds more at a time than an archive of ours does"


@frozen
class FileArchive(ArchivePort):
    """What `FileNewArchive` wrote, at *path*. Nothing in it says where a file is to be written."""

    _path: Path

    async def manifest(self) -> Manifest:
        async with self._opened() as contents:
            return await contents.manifest()

    async def parts(self, what: str, tell: Tell) -> AsyncGenerator[Part, None]:
        async with self._opened() as contents:
            await contents.manifest()
            while (part := await contents.next_part()) is not None:
                tell(what, *await contents.position())
                yield part
            tell(what, *await contents.position())

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[_Contents]:
        async with archive_thread(str(self._path)) as thread:
            file = await thread.run(_open, self._path)
            try:
                size = await thread.run(lambda: os.fstat(file.fileno()).st_size)
                yield _Contents(MembersIn(file), size, thread)
            finally:
                await thread.run(file.close)


@frozen
class _Contents:
    _members: MembersIn
    _size: int
    _thread: ArchiveThread

    async def manifest(self) -> Manifest:
        return manifest_of(await self._thread.run(self._whole, MANIFEST))

    async def next_part(self) -> Part | None:
        member = await self._thread.run(self._members.next)
        return None if member is None else await self._part(*member)

    async def position(self) -> tuple[int, int]:
        """Return how many bytes have been read, and how many there are."""
        return await self._thread.run(self._members.position), self._size

    async def _part(self, name: str, size: int) -> Part:
        if found := _PICTURE.fullmatch(name):
            return PicturePart(media_id=ids.media_id(found[1]), size=size, chunks=self._chunks())
        if found := _ROWS.fullmatch(name):
            lines = await self._thread.run(self._lines, size)
            return RowsPart(table=found[1], lines=lines)
        if name == ACCOUNTS:
            content = await self._thread.run(self._content, size)
            return AccountsPart(accounts=accounts_of(content))
        raise ArchiveDamaged("the archive holds something that no archive of ours does")

    async def _chunks(self) -> AsyncIterator[bytes]:
        while chunk := await self._thread.run(self._members.read):
            yield chunk

    def _whole(self, wanted: str) -> bytes:
        member = self._members.next()
        if member is None or member[0] != wanted:
            raise ArchiveDamaged("this is no archive of photochanger")
        return self._content(member[1])

    def _content(self, size: int) -> bytes:
        if size > MOST_BYTES:
            raise ArchiveDamaged(_TOO_LARGE)
        return b"".join(iter(self._members.read, b""))

    def _lines(self, size: int) -> list[bytes]:
        return _lines_of(_unpacked(self._content(size)))


def _open(path: Path) -> IO[bytes]:
    """Open the file *path*; a pipe that nobody writes to is not waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ArchiveError(
            f"{path} is no regular file, which an archive must be: it is read twice",
            Obstacle.READ_TWICE,
            path=path,
        )
    return os.fdopen(descriptor, "rb")


def _lines_of(content: bytes) -> list[bytes]:
    """Return the lines of *content*, of which there may be millions: it is counted first."""
    if content.count(b"\n") > MOST_ROWS:
        raise ArchiveDamaged(_TOO_LARGE)
    lines = content.removesuffix(b"\n").split(b"\n")
    if not all(lines):
        raise ArchiveDamaged("the archive is damaged: it has rows with nothing in them")
    return lines


def _unpacked(content: bytes) -> bytes:
    unpacking = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacking.decompress(content, MOST_BYTES)
    except zlib.error as error:
        raise ArchiveDamaged("the archive is damaged: rows cannot be unpacked") from error
    if not unpacking.eof or unpacking.unused_data:
        raise ArchiveDamaged(_TOO_LARGE)
    return unpacked
