"""What becomes of results and uploads when the disk fails."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import StorageFull, StorageUnavailable
from photochanger_core.domain.ids import JobId

from .media_folder import (
    JOB,
    JPEG,
    PATIENCE,
    PICTURE,
    PNG,
    PREVIEW,
    SLOT,
    WEBP,
    content,
    files,
    prepared,
    result,
    tomorrow,
    until,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "media"


@pytest.fixture
async def media(root: Path) -> FileMediaStore:
    return await prepared(root)


def exists(path: Path) -> bool:
    return path.exists()


def put_file(path: Path) -> None:
    path.parent.mkdir()
    path.touch()


class TestDiskAway:
    """The folder is not there: nothing was mounted."""

    @pytest.fixture
    def media(self, root: Path) -> FileMediaStore:
        return FileMediaStore(root)

    async def test_nothing_can_be_stored(self, media: FileMediaStore, root: Path) -> None:
        spool = media.spool()
        await spool.write(b"little")
        with pytest.raises(StorageUnavailable):
            await spool.finish(JPEG)
        await spool.close()
        with pytest.raises(StorageUnavailable):
            await media.keep(SLOT, JOB, PICTURE)
        with pytest.raises(StorageUnavailable):
            await media.keep_preview(SLOT, JOB, PREVIEW)

        assert not exists(root)

    async def test_results_are_unavailable_and_not_unknown(self, media: FileMediaStore) -> None:
        with pytest.raises(StorageUnavailable):
            await media.open(SLOT, JOB, result())
        with pytest.raises(StorageUnavailable):
            await media.open_preview(SLOT, JOB)
        with pytest.raises(StorageUnavailable):
            [ids async for ids in media.kept_before(tomorrow())]
        with pytest.raises(StorageUnavailable):
            await media.discard(SLOT, JOB)

    async def test_a_file_in_its_place_cannot_be_prepared(
        self, media: FileMediaStore, root: Path
    ) -> None:
        put_file(root)
        with pytest.raises(StorageUnavailable):
            await media.prepare()


async def test_a_result_of_another_size_is_unavailable(media: FileMediaStore, root: Path) -> None:
    path = root / await media.keep(SLOT, JOB, PICTURE)
    path.write_bytes(PICTURE.content[:-1])

    with pytest.raises(StorageUnavailable):
        await media.open(SLOT, JOB, result())


async def test_a_file_cut_while_it_is_read_is_unavailable(
    media: FileMediaStore, root: Path
) -> None:
    path = root / await media.keep(SLOT, JOB, PICTURE)
    blob = await media.open(SLOT, JOB, result())
    os.truncate(path, 10)

    with pytest.raises(StorageUnavailable):
        await content(blob)
    with pytest.raises(StorageUnavailable):
        await blob.digest("sha1")
    await blob.close()


async def test_no_descriptor_for_the_same_bytes_means_unavailable(
    media: FileMediaStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dup(_: int) -> int:
        raise OSError(errno.EMFILE, "played")

    await media.keep(SLOT, JOB, PICTURE)
    blob = await media.open(SLOT, JOB, result())
    monkeypatch.setattr(os, "dup", dup)

    with pytest.raises(StorageUnavailable):
        blob.again()
    assert await content(blob) == PICTURE.content
    await blob.close()


class TestDiskFull:
    """A disk of one megabyte: a real one where mounting is allowed, else one that is played."""

    @pytest.fixture
    def root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        with small_disk(tmp_path, monkeypatch):
            yield tmp_path

    HALF = BytesBlob(bytes(600_000), PNG)

    async def test_a_result_that_does_not_fit_leaves_nothing(
        self, media: FileMediaStore, root: Path
    ) -> None:
        with pytest.raises(StorageFull):
            await media.keep(SLOT, JOB, BytesBlob(bytes(2_000_000), JPEG))

        assert not files(root)

    async def test_older_results_stay_whole_and_room_can_be_made(
        self, media: FileMediaStore
    ) -> None:
        other = JobId("44444444-4444-4444-8444-444444444444")
        await media.keep(SLOT, JOB, self.HALF)
        with pytest.raises(StorageFull):
            await media.keep(SLOT, other, self.HALF)
        blob = await media.open(SLOT, JOB, result(self.HALF))
        assert await content(blob) == self.HALF.content
        await blob.close()

        await media.discard(SLOT, JOB)

        await media.keep(SLOT, other, self.HALF)

    async def test_an_upload_that_does_not_fit_gives_its_room_back(
        self, media: FileMediaStore
    ) -> None:
        spool = media.spool()
        with pytest.raises(StorageFull):
            await spool.write(bytes(2_000_000))
        with pytest.raises(StorageUnavailable):
            await spool.finish(JPEG)

        await media.keep(SLOT, JOB, self.HALF)
        await spool.close()

    async def test_a_preview_that_does_not_fit_leaves_the_older_one(
        self, media: FileMediaStore, root: Path
    ) -> None:
        await media.keep(SLOT, JOB, self.HALF)
        await media.keep_preview(SLOT, JOB, PREVIEW)
        before = files(root)
        with pytest.raises(StorageFull):
            await media.keep_preview(SLOT, JOB, BytesBlob(bytes(600_000), WEBP))

        assert files(root) == before
        assert await content(await media.open_preview(SLOT, JOB)) == PREVIEW.content


@contextmanager
def small_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "small", str(folder)):
        play_small_disk(folder, monkeypatch)
        yield
        return
    try:
        yield
    finally:
        assert succeeds("umount", "--lazy", str(folder))


def succeeds(*command: str) -> bool:
    try:
        return not subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603 - ours
    except FileNotFoundError:
        return False


def play_small_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really_write = os.write

    def write(descriptor: int, data: bytes) -> int:
        file = os.fstat(descriptor)
        named = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        nameless = 0 if file.st_nlink else file.st_size
        if stat.S_ISREG(file.st_mode) and named + nameless + len(data) > 2**20:
            raise OSError(errno.ENOSPC, "played")
        return really_write(descriptor, data)

    monkeypatch.setattr(os, "write", write)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """A disk that does not sync until the event is set."""
    goes_on = Event()
    sync = os.fsync

    def hang(descriptor: int) -> None:
        goes_on.wait(PATIENCE)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", hang)
    yield goes_on
    goes_on.set()


async def test_a_disk_that_hangs_does_not_hold_up_who_gives_up(
    media: FileMediaStore, root: Path, hanging: Event
) -> None:
    keeping = asyncio.create_task(media.keep(SLOT, JOB, PICTURE))
    await until(lambda: len(files(root)) == 2)
    keeping.cancel()
    async with asyncio.timeout(PATIENCE / 2):
        with pytest.raises(asyncio.CancelledError):
            await keeping

    assert f"results/{SLOT}/{JOB}/payload.jpg" not in files(root)
    hanging.set()
    await until(lambda: not files(root))


async def test_a_result_discarded_while_it_is_written_does_not_come_back(
    media: FileMediaStore, root: Path, hanging: Event
) -> None:
    keeping = asyncio.create_task(media.keep(SLOT, JOB, PICTURE))
    await until(lambda: len(files(root)) == 2)
    await media.discard(SLOT, JOB)
    hanging.set()
    with pytest.raises(StorageUnavailable):
        await keeping

    assert not files(root)


@pytest.fixture
def slow_to_replace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """A disk that gives no file its name until the event is set."""
    goes_on = Event()
    replace = Path.replace

    def hang(self: Path, target: Path) -> Path:
        goes_on.wait(PATIENCE)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", hang)
    yield goes_on
    goes_on.set()


async def test_a_result_discarded_while_its_preview_is_written_does_not_come_back(
    media: FileMediaStore, root: Path, slow_to_replace: Event
) -> None:
    (root / "results" / SLOT / JOB).mkdir(parents=True)
    keeping = asyncio.create_task(media.keep_preview(SLOT, JOB, PREVIEW))
    await until(lambda: len(files(root)) == 2)
    await media.discard(SLOT, JOB)
    slow_to_replace.set()
    await keeping

    assert not files(root)


async def test_a_folder_that_keeps_filling_up_is_removed_in_the_end(
    media: FileMediaStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = (root / await media.keep(SLOT, JOB, PICTURE)).parent
    rmdir, late = Path.rmdir, iter(["preview.webp", ".another"])

    def fill(self: Path) -> None:
        if name := next(late, None):
            (folder / name).touch()
        rmdir(self)

    monkeypatch.setattr(Path, "rmdir", fill)
    await media.discard(SLOT, JOB)

    assert not files(root)


async def test_having_the_same_bytes_again_waits_for_no_disk(
    media: FileMediaStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, goes_on = Event(), Event()
    pread = os.pread

    def hang(descriptor: int, count: int, start: int) -> bytes:
        reading.set()
        goes_on.wait(PATIENCE)
        return pread(descriptor, count, start)

    await media.keep(SLOT, JOB, PICTURE)
    blob = await media.open(SLOT, JOB, result())
    monkeypatch.setattr(os, "pread", hang)
    digest = asyncio.create_task(blob.digest("sha256"))
    await until(reading.is_set)

    again = blob.again()

    assert not digest.done()
    goes_on.set()
    assert await digest == PICTURE.sha256
    assert await content(again) == PICTURE.content
    for one in (blob, again):
        await one.close()


async def test_every_name_on_the_way_to_a_result_is_made_durable(
    media: FileMediaStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = record_syncs(monkeypatch)
    slot = root / "results" / SLOT
    other, third = (JobId(JOB.replace("3", digit)) for digit in "45")

    await media.keep(SLOT, JOB, PICTURE)
    assert synced[1:] == [slot / JOB, slot, slot.parent]

    synced.clear()
    await media.keep(SLOT, other, PICTURE)
    assert synced[1:] == [slot / other, slot]

    synced.clear()
    await (await prepared(root)).keep(SLOT, third, PICTURE)
    assert synced[1:] == [slot / third, slot, slot.parent]


def record_syncs(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    synced: list[Path] = []
    sync = os.fsync

    def record(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    return synced
