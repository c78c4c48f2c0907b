"""A backup, as it was written, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import define, field

from photochanger_adapters.filesystem.archive import FileArchive
from photochanger_adapters.filesystem.new_archive import FileNewArchive
from photochanger_adapters.filesystem.new_file import DurableFile
from photochanger_adapters.memory.archive import MemoryArchive
from photochanger_core.domain.account import Account
from photochanger_core.domain.archive import (
    AccountsPart,
    ArchiveDamaged,
    ArchiveError,
    RowsPart,
    tell_nobody,
)
from photochanger_core.domain.blob import CHUNK, BytesBlob
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.archive import ArchivePort
from photochanger_core.ports.new_archive import ArchiveWriter, NewArchivePort
from tests.archives import NOON, all_parts, lines, manifest_of, slot_row

from .samples import media_id

TABLES = {"slot": [slot_row(1), slot_row(2)]}
MANIFEST = manifest_of(TABLES, sequences={"audit_id_seq": 2**40})
ROWS = [RowsPart(table="slot", lines=lines([row])) for row in TABLES["slot"]]
PICTURES = [
    BytesBlob(content, MediaType.JPEG)
    for content in (b"", b"a", bytes(512), bytes(range(256)) * (CHUNK // 128))
]
SERG = Account.new("serg", password_hash="$argon2id$x", at=NOON)


async def fail(new: NewArchivePort, error: type[BaseException]) -> None:
    async with new.writing(MANIFEST) as writer:
        await fill(writer)
        raise error


@define
class Place:
    """Where an archive is to be, and how it is damaged."""

    new: NewArchivePort
    written: ArchivePort
    damage: Callable[[], None] = field(repr=False)


@pytest.fixture(params=["memory", "file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "memory":
        archive = MemoryArchive()
        return Place(archive, archive, lambda: setattr(archive, "is_damaged", True))
    path = tmp_path / "backup.tar"
    new = FileNewArchive(DurableFile(path, replace=False))
    return Place(new, FileArchive(path), lambda: flip(path, path.stat().st_size // 2))


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


async def fill(writer: ArchiveWriter) -> None:
    for part in ROWS:
        await writer.add_rows(part)
    for number, picture in enumerate(PICTURES):
        assert await writer.add_picture(media_id(number), picture) == picture.sha256
    await writer.add_accounts([SERG])


async def test_what_was_added_is_read_in_that_order(place: Place) -> None:
    async with place.new.writing(MANIFEST) as writer:
        await fill(writer)
    assert await place.written.manifest() == MANIFEST
    contents = [(media_id(n), picture.content) for n, picture in enumerate(PICTURES)]
    parts = await all_parts(place.written)
    assert parts == [*ROWS, *contents, AccountsPart(accounts=(SERG,))]
    assert await all_parts(place.written) == parts


async def test_pictures_need_not_be_read(place: Place) -> None:
    async with place.new.writing(MANIFEST) as writer:
        await fill(writer)
    told: list[tuple[str, int, int]] = []
    async for _ in place.written.parts("reading", lambda *progress: told.append(progress)):
        pass
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1][1] == told[-1][2] > 0


async def test_damage_is_found_at_the_end_at_the_latest(place: Place) -> None:
    async with place.new.writing(MANIFEST) as writer:
        await fill(writer)
    place.damage()
    with pytest.raises(ArchiveDamaged):
        await all_parts(place.written)


async def test_an_archive_that_was_not_finished_is_none(place: Place) -> None:
    for error in (RuntimeError, asyncio.CancelledError):
        with pytest.raises(error):
            await fail(place.new, error)
    with pytest.raises(ArchiveError):
        await place.written.manifest()
    async with place.new.writing(MANIFEST):
        pass
    assert await all_parts(place.written) == []


async def test_an_archive_is_not_written_over(place: Place) -> None:
    async with place.new.writing(MANIFEST) as writer:
        await fill(writer)
    before = await all_parts(place.written)
    with pytest.raises(ArchiveError):
        async with place.new.writing(MANIFEST):
            pass
    assert await all_parts(place.written) == before


async def test_whoever_leaves_early_leaves_nothing_open(place: Place) -> None:
    async with place.new.writing(MANIFEST) as writer:
        await fill(writer)
    parts = place.written.parts("reading", tell_nobody)
    async for _ in parts:
        break
    await parts.aclose()
