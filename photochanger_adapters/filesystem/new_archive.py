"""A backup on its way into a file or a pipe."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from typing import Final

from attrs import field, frozen

from photochanger_core.domain.account import Account
from photochanger_core.domain.archive import Manifest, RowsPart
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.ids import MediaId
from photochanger_core.ports.new_archive import ArchiveWriter, NewArchivePort

from .archive_documents import accounts_text, manifest_text
from .archive_members import MembersOut
from .archive_names import ACCOUNTS, MANIFEST, MOST_LINES, MOST_ROWS, PICTURES, ROWS
from .archive_thread import ArchiveThread, archive_thread
from .new_file import NewFile

_EFFORT: Final = 6
"""Of gzip: rows shrink to a tenth, as fast as the database yields them."""


@frozen
class FileNewArchive(NewArchivePort):
    """A tar stream: what is in it, rows, pictures, accounts, checksums."""

    _file: NewFile

    @asynccontextmanager
    async def writing(self, manifest: Manifest) -> AsyncIterator[ArchiveWriter]:
        async with archive_thread(self._file.name) as thread:
            try:
                stream = await thread.run(self._file.begin)
                with closing(MembersOut(stream, int(manifest.created_at.timestamp()))) as members:
                    await thread.run(members.add, MANIFEST, manifest_text(manifest))
                    yield _Writer(members, thread)
                    await thread.run(members.finish)
                await thread.run(self._file.publish)
            finally:
                await thread.run(self._file.undo)


@frozen
class _Writer(ArchiveWriter):
    _members: MembersOut
    _thread: ArchiveThread
    _counts: dict[str, int] = field(factory=dict)

    async def add_rows(self, rows: RowsPart) -> None:
        for lines in _portions(rows.lines):
            number = self._counts[rows.table] = self._counts.get(rows.table, 0) + 1
            name = f"{ROWS}/{rows.table}/{number:07}.jsonl.gz"
            await self._thread.run(self._add_lines, name, lines)

    async def add_picture(self, media_id: MediaId, picture: Blob) -> str:
        await self._thread.run(self._members.begin, f"{PICTURES}/{media_id}", picture.size)
        async for chunk in picture.chunks():
            await self._thread.run(self._members.write, chunk)
        return await self._thread.run(self._members.end)

    async def add_accounts(self, accounts: Sequence[Account]) -> None:
        await self._thread.run(self._members.add, ACCOUNTS, accounts_text(accounts))

    def _add_lines(self, name: str, lines: Sequence[bytes]) -> None:
        packed = gzip.compress(b"\n".join(lines) + b"\n", _EFFORT, mtime=0)
        self._members.add(name, packed)


def _portions(lines: Sequence[bytes]) -> list[list[bytes]]:
    """Return *lines* in portions, none of them too long to be held in memory."""
    portions: list[list[bytes]] = []
    room = 0
    for line in lines:
        if len(line) > room or len(portions[-1]) == MOST_ROWS:
            portions.append([])
            room = MOST_LINES
        portions[-1].append(line)
        room -= len(line)
    return portions
