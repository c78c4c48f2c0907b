"""A backup in memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256

from attrs import define, field

from photochanger_core.domain.account import Account
from photochanger_core.domain.archive import (
    AccountsPart,
    ArchiveDamaged,
    ArchiveError,
    Manifest,
    Part,
    PicturePart,
    RowsPart,
    Tell,
)
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.archive import ArchivePort
from photochanger_core.ports.new_archive import ArchiveWriter, NewArchivePort

Member = RowsPart | AccountsPart | tuple[MediaId, bytes]


@define
class MemoryArchive(NewArchivePort, ArchivePort):
    """A backup in memory, to be written once.

    Attributes:
        is_damaged: Whether somebody has changed a byte, which is found at the end.
    """

    members: list[Member] = field(factory=list)
    is_damaged: bool = False
    _manifest: Manifest | None = field(default=None, init=False)

    @asynccontextmanager
    async def writing(self, manifest: Manifest) -> AsyncIterator[ArchiveWriter]:
        if self._manifest is not None:
            raise ArchiveError("there is an archive already")
        writer = _Writer()
        yield writer
        self.members, self._manifest = writer.members, manifest

    async def manifest(self) -> Manifest:
        if self._manifest is None:
            raise ArchiveDamaged("there is no archive")
        return self._manifest

    async def parts(self, what: str, tell: Tell) -> AsyncGenerator[Part, None]:
        await self.manifest()
        for done, member in enumerate(self.members):
            tell(what, done, len(self.members))
            yield _part(member) if isinstance(member, tuple) else member
        tell(what, len(self.members), len(self.members))
        if self.is_damaged:
            raise ArchiveDamaged("the archive is damaged")


@define
class _Writer(ArchiveWriter):
    members: list[Member] = field(factory=list)

    async def add_rows(self, rows: RowsPart) -> None:
        self.members.append(rows)

    async def add_picture(self, media_id: MediaId, picture: Blob) -> str:
        content = b"".join([chunk async for chunk in picture.chunks()])
        self.members.append((media_id, content))
        return sha256(content).hexdigest()

    async def add_accounts(self, accounts: Sequence[Account]) -> None:
        self.members.append(AccountsPart(accounts=tuple(accounts)))


def _part(member: tuple[MediaId, bytes]) -> PicturePart:
    media_id, content = member
    chunks = BytesBlob(content, MediaType.JPEG).chunks()
    return PicturePart(media_id=media_id, size=len(content), chunks=chunks)
