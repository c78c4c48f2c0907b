"""Archives in files: damaged ones, hostile ones, and what is left of those that failed."""

from __future__ import annotations

import asyncio
import fcntl
import gzip
import hashlib
import io
import json
import os
import stat
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photochanger_adapters.filesystem.archive import FileArchive
from photochanger_adapters.filesystem.archive_documents import manifest_text
from photochanger_adapters.filesystem.archive_names import MOST_BYTES, MOST_ROWS
from photochanger_adapters.filesystem.folders import names_in
from photochanger_adapters.filesystem.new_archive import FileNewArchive
from photochanger_adapters.filesystem.new_file import DurableFile
from photochanger_core.domain.archive import ArchiveDamaged, ArchiveError, RowsPart
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.picture import MediaType
from tests.archives import all_parts, manifest_of, parts_of, slot_row
from tests.contract.samples import media_id

TABLES = {"slot": [slot_row(1), slot_row(2)]}
MANIFEST = manifest_of(TABLES)
PICTURE = BytesBlob(b"picture" * 500, MediaType.JPEG)


async def write(path: Path, *, replace: bool = False) -> None:
    async with FileNewArchive(DurableFile(path, replace=replace)).writing(MANIFEST) as writer:
        for part in parts_of(TABLES):
            await writer.add_rows(part)
        await writer.add_picture(media_id(1), PICTURE)
        await writer.add_accounts([])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("archive") / "backup.tar"
    asyncio.run(write(path))
    return path.read_bytes()


@pytest.fixture(scope="module")
def scratch_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch") / "backup.tar"


def is_damaged(path: Path, content: bytes) -> bool:
    path.write_bytes(content)
    try:
        asyncio.run(all_parts(FileArchive(path)))
    except ArchiveDamaged as error:
        return len(str(error).splitlines()) == 1
    return False


@settings(max_examples=60)
@given(data=st.data())
def test_every_byte_counts(whole: bytes, scratch_file: Path, data: st.DataObject) -> None:
    in_first_header = st.integers(0, 511)
    position = data.draw(in_first_header | st.integers(0, len(whole) - 1))
    change = data.draw(st.integers(1, 255))
    content = bytearray(whole)
    content[position] ^= change
    assert is_damaged(scratch_file, bytes(content))


@settings(max_examples=40)
@given(data=st.data())
def test_every_end_but_the_right_one_is_too_early_or_too_late(
    whole: bytes, scratch_file: Path, data: st.DataObject
) -> None:
    length = data.draw(st.integers(0, len(whole) - 1) | st.sampled_from([1, 512, 1024]))
    assert is_damaged(scratch_file, whole[:length])
    assert is_damaged(scratch_file, whole + b"\0")


def test_an_archive_can_be_checked_and_taken_apart_without_us(whole: bytes, tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        tar.extractall(tmp_path, filter="data")
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True)  # noqa: S607 - any
    assert json.loads((tmp_path / "manifest.json").read_text())["format"] == "photochanger-backup"
    [rows] = (tmp_path / "rows" / "slot").iterdir()
    assert [*map(json.loads, gzip.decompress(rows.read_bytes()).splitlines())] == TABLES["slot"]
    assert (tmp_path / "pictures" / media_id(1)).read_bytes() == PICTURE.content


def tar_of(members: Mapping[str, bytes | tarfile.TarInfo]) -> bytes:
    """Return an archive with right checksums of whatever is to be in it."""
    stream, sums = io.BytesIO(), b""
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
                continue
            add(tar, name, content)
            sums += f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode()
        add(tar, "SHA256SUMS", sums)
        end = tar.offset + 1024
    return stream.getvalue()[:end]


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def link(name: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return member


FIRST = {"manifest.json": manifest_text(MANIFEST)}
SLOTS = json.loads(manifest_text(MANIFEST))["tables"]
TWICE = json.dumps(json.loads(manifest_text(MANIFEST)) | {"tables": SLOTS * 2}).encode()
ROWS = "rows/slot/0000001.jsonl.gz"
BOMB = gzip.compress(bytes(MOST_BYTES + 1), 1)


def test_what_others_write_is_read_if_it_is_right(scratch_file: Path) -> None:
    members = FIRST | {ROWS: gzip.compress(b"{}\n"), f"pictures/{media_id(1)}": b"x"}
    assert not is_damaged(scratch_file, tar_of(members))


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"manifest.json": b""},
        {"manifest.json": b"[" * 100_000},
        {"manifest.json": b"{}"},
        {"manifest.json": manifest_text(MANIFEST).replace(b'"version": 1', b'"version": 2')},
        {"manifest.json": manifest_text(MANIFEST).replace(b"-backup", b"-other")},
        {"manifest.json": manifest_text(MANIFEST).replace(b"+00:00", b"")},
        {"manifest.json": bytes(MOST_BYTES + 1)},
        {"manifest.json": TWICE},
        FIRST | {"../../etc/passwd": b""},
        FIRST | {"pictures/../../../etc/passwd": b""},
        FIRST | {f"pictures/{media_id(1)}/": b""},
        FIRST | {f"pictures/{media_id(1)}": link(f"pictures/{media_id(1)}")},
        FIRST | {"rows/slot; DROP TABLE slot/1.jsonl.gz": gzip.compress(b"{}")},
        FIRST | {ROWS: b"no gzip"},
        FIRST | {ROWS: gzip.compress(b"{}")[:-1]},
        FIRST | {ROWS: gzip.compress(b"{}") * 2},
        FIRST | {ROWS: BOMB},
        FIRST | {ROWS: gzip.compress(b"{}\n" * (MOST_ROWS + 1))},
        FIRST | {ROWS: gzip.compress(b"{}\n\n{}\n")},
        FIRST | {ROWS: gzip.compress(b"\n")},
        FIRST | {ROWS: gzip.compress(b"")},
        FIRST | {"accounts.json": b"[{}]"},
        FIRST | {"accounts.json": b"\xff"},
    ],
)
def test_what_makes_no_sense_is_refused_though_its_checksums_are_right(
    scratch_file: Path, members: Mapping[str, bytes]
) -> None:
    assert is_damaged(scratch_file, tar_of(members))


async def test_an_archive_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    await write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    await write(path, replace=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names_in(tmp_path) == [path.name]


async def test_what_was_killed_is_written_over(tmp_path: Path, whole: bytes) -> None:
    draft = tmp_path / "backup.tar.part"
    draft.write_bytes(bytes(100_000))
    draft.chmod(0o644)
    await write(tmp_path / "backup.tar")
    assert (tmp_path / "backup.tar").read_bytes() == whole
    assert stat.S_IMODE((tmp_path / "backup.tar").stat().st_mode) == 0o600


async def test_two_do_not_write_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    async with FileNewArchive(DurableFile(path, replace=True)).writing(MANIFEST):
        with pytest.raises(ArchiveError, match="somebody else"):
            await write(path, replace=True)
    assert path.exists()


async def test_a_draft_that_is_a_link_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "backup.tar.part").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArchiveError):
        await write(tmp_path / "backup.tar")
    assert not (tmp_path / "elsewhere").exists()


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="nowhere"):
        await write(tmp_path / "nowhere" / "backup.tar")
    with pytest.raises(ArchiveError, match="nowhere"):
        await FileArchive(tmp_path / "nowhere").manifest()


async def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    class Full(DurableFile):
        def publish(self) -> None:
            raise OSError(28, "No space left on device")

    with pytest.raises(ArchiveError, match="No space left"):
        async with FileNewArchive(Full(tmp_path / "backup.tar", replace=False)).writing(MANIFEST):
            pass
    assert names_in(tmp_path) == []


def test_force_replaces_files_only(tmp_path: Path, whole: bytes) -> None:
    pipe, link, elsewhere = tmp_path / "pipe", tmp_path / "link", tmp_path / "elsewhere"
    os.mkfifo(pipe)
    elsewhere.write_bytes(whole)
    link.symlink_to(elsewhere)

    for odd in (pipe, link):
        with pytest.raises(ArchiveError, match="is no regular file"):
            asyncio.run(write(odd, replace=True))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "link", "pipe"]
    assert pipe.is_fifo()
    assert link.is_symlink()


def test_a_lock_on_what_was_published_meanwhile_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "backup.tar"
    first, second = DurableFile(path, replace=True), DurableFile(path, replace=True)
    lock = fcntl.flock

    def published_before(stream: IO[bytes], how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        first.publish()
        lock(stream, how)

    first.begin().write(b"whole")
    monkeypatch.setattr(fcntl, "flock", published_before)
    second.begin()
    assert path.read_bytes() == b"whole"
    second.undo()
    assert names_in(tmp_path) == [path.name]


async def test_many_short_rows_fit_into_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    rows = RowsPart(table="slot", lines=[b"{}"] * (2 * MOST_ROWS + 1))
    async with FileNewArchive(DurableFile(path, replace=False)).writing(MANIFEST) as writer:
        await writer.add_rows(rows)
    parts = [part for part in await all_parts(FileArchive(path)) if isinstance(part, RowsPart)]
    assert [len(part.lines) for part in parts] == [MOST_ROWS, MOST_ROWS, 1]


async def test_a_pipe_is_told_to_be_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ArchiveError, match="no regular file"):
        await FileArchive(tmp_path / "pipe").manifest()
