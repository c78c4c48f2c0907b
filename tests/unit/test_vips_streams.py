"""How pictures come to the processes that work on them, and how they come back."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from attrs import define, field

from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_adapters.images import lane
from photochanger_adapters.images.images import VipsImages
from photochanger_adapters.images.tasks import Render, packed
from photochanger_adapters.images.worker import answer, unwritten
from photochanger_core.domain.blob import CHUNK, BytesBlob
from photochanger_core.domain.errors import StorageFull, StorageUnavailable
from photochanger_core.domain.picture import Finish, Fit
from photochanger_core.ports.media_store import Spool
from tests.pictures import JPEG, PNG, SIZE
from tests.spools import Sheet

from .worker_processes import (
    GOOD,
    look,
    workers,
)

TO_PNG = Finish(media_type=PNG, fit=Fit.COVER, width=1_500, height=1_000)
"""Some megabytes."""


@pytest.fixture
async def images() -> AsyncIterator[VipsImages]:
    async with VipsImages() as opened:
        yield opened


async def test_what_is_made_streams_in_pieces(images: VipsImages) -> None:
    sheet = Sheet()
    drawn = await images.render(GOOD, into=sheet, finish=TO_PNG, seconds=60)

    assert (drawn.is_changed, drawn.facts.width) == (True, 1_500)
    assert len(sheet.content) > 2 * CHUNK
    assert max(sheet.pieces) <= CHUNK
    assert not sheet.is_closed


@define
class Stuck(Sheet):
    """Takes a first piece, and hangs with the second."""

    is_stuck: asyncio.Event = field(factory=asyncio.Event)

    async def write(self, chunk: bytes) -> None:
        if self.pieces:
            self.is_stuck.set()
            await asyncio.Event().wait()
        await super().write(chunk)


async def test_cancelling_in_mid_stream_replaces_the_worker(images: VipsImages) -> None:
    before = workers()
    sheet = Stuck()
    task = asyncio.create_task(images.render(GOOD, into=sheet, finish=TO_PNG, seconds=60))
    await sheet.is_stuck.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert [await look(images) for _ in range(4)] == [SIZE[0]] * 4
    assert len(workers() & before) == 1


@define
class Killing(Sheet):
    """Kills all workers when it gets its third piece."""

    async def write(self, chunk: bytes) -> None:
        await super().write(chunk)
        if len(self.pieces) == 3:
            for pid in workers():
                os.kill(pid, signal.SIGKILL)


async def test_a_worker_killed_in_mid_stream_is_continued(images: VipsImages) -> None:
    calm, troubled = Sheet(), Killing()
    for sheet in (calm, troubled):
        await images.render(GOOD, into=sheet, finish=TO_PNG, seconds=60)

    assert troubled.content == calm.content


@define
class Full(Sheet):
    """Has no room."""

    async def write(self, chunk: bytes) -> None:
        raise StorageFull("no room")


async def test_what_the_spool_raises_reaches_the_caller(images: VipsImages) -> None:
    with pytest.raises(StorageFull):
        await images.render(GOOD, into=Full(), finish=TO_PNG, seconds=60)

    assert await look(images) == SIZE[0]


async def test_a_file_is_read_by_the_worker_itself(images: VipsImages, tmp_path: Path) -> None:
    media = FileMediaStore(tmp_path)
    await media.prepare()
    spool = media.spool()
    await spool.write(GOOD.content)
    photo = await spool.finish(JPEG)

    assert isinstance(photo, os.PathLike)
    assert await look(images, photo) == SIZE[0]
    await photo.close()


async def test_what_is_made_goes_to_a_file_without_passing_through_the_server(
    images: VipsImages, tmp_path: Path
) -> None:
    media = FileMediaStore(tmp_path)
    await media.prepare()
    sheet, spool = Sheet(), media.spool()

    await images.render(GOOD, into=sheet, finish=TO_PNG, seconds=60)
    with no_writing(spool):
        await images.render(GOOD, into=spool, finish=TO_PNG, seconds=60)

    made, same = await spool.finish(PNG), BytesBlob(sheet.content, PNG)
    assert b"".join([chunk async for chunk in made.chunks()]) == same.content
    assert (made.size, made.sha256) == (same.size, same.sha256)
    await made.close()


@contextmanager
def no_writing(spool: Spool) -> Iterator[None]:
    """See to it that nothing is written to *spool* by the server itself inside."""

    async def write(chunk: bytes) -> None:
        pytest.fail(f"{len(chunk)} bytes came through the server")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "write", write)
        yield


@define
class Misleading(Sheet):
    """Says where to write, but there is nothing."""

    async def path(self) -> str:
        return "/proc/self/fd/987654/nowhere"


async def test_a_spool_that_workers_cannot_reach_gets_its_bytes_from_the_server(
    images: VipsImages,
) -> None:
    sheet, misleading = Sheet(), Misleading()
    for each in (sheet, misleading):
        await images.render(GOOD, into=each, finish=TO_PNG, seconds=60)

    assert misleading.content == sheet.content


@define
class Fragile(Misleading):
    """Kills all workers when it gets its third piece, and wants no file then."""

    is_asked_again: bool = False

    async def path(self) -> str:
        self.is_asked_again = bool(self.pieces)
        return await super().path()

    async def write(self, chunk: bytes) -> None:
        await super().write(chunk)
        if len(self.pieces) == 3:
            for pid in workers():
                os.kill(pid, signal.SIGKILL)


async def test_what_has_begun_in_pieces_goes_on_in_pieces(images: VipsImages) -> None:
    sheet, fragile = Sheet(), Fragile()
    for each in (sheet, fragile):
        await images.render(GOOD, into=each, finish=TO_PNG, seconds=60)

    assert fragile.content == sheet.content
    assert not fragile.is_asked_again


@define
class OnSlowDisk(Misleading):
    """Takes its time to make a file."""

    seconds: float = 4.0

    async def path(self) -> str:
        await asyncio.sleep(self.seconds)
        return await super().path()


async def test_a_slow_disk_is_not_the_pictures_fault(
    images: VipsImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = OnSlowDisk()
    monkeypatch.setattr(lane, "MAX_SECONDS", slow.seconds / 2)
    await images.render(GOOD, into=slow, finish=TO_PNG, seconds=60)

    assert slow.content


async def test_a_disk_that_hangs_does_not_hold_a_worker_for_ever(
    images: VipsImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "DELIVERY_SECONDS", 0.1)
    with pytest.raises(StorageUnavailable):
        await images.render(GOOD, into=OnSlowDisk(), finish=TO_PNG, seconds=60)

    assert await look(images) == SIZE[0]


@define
class Unwanted(Sheet):
    """Is for nothing that stays as it is."""

    async def path(self) -> str:
        pytest.fail("a file was made for a picture that has not changed")


async def test_no_file_is_made_for_what_stays_as_it_is(images: VipsImages) -> None:
    drawn = await images.prepare(GOOD, into=Unwanted(), max_edge=10**5, max_bytes=10**9, seconds=60)
    assert not drawn.is_changed


@define
class Deadly(Misleading):
    """Kills all workers when it is first asked for a file."""

    is_done: bool = False

    async def path(self) -> str:
        if not self.is_done:
            self.is_done = True
            for pid in workers():
                os.kill(pid, signal.SIGKILL)
        return await super().path()


async def test_a_worker_killed_before_it_delivers_is_continued(images: VipsImages) -> None:
    sheet, deadly = Sheet(), Deadly()
    for each in (sheet, deadly):
        await images.render(GOOD, into=each, finish=TO_PNG, seconds=60)

    assert deadly.content == sheet.content


@define
class OnFullDisk(Full):
    """Has a file, and no room for it."""

    async def path(self) -> str:
        return "/dev/full"


async def test_a_full_disk_is_not_the_pictures_fault(images: VipsImages) -> None:
    with pytest.raises(StorageFull):
        await images.render(GOOD, into=OnFullDisk(), finish=TO_PNG, seconds=60)

    assert await look(images) == SIZE[0]


@pytest.mark.parametrize("is_the_same", [True, False])
def test_a_worker_writes_to_no_other_file_than_it_was_asked_to(
    tmp_path: Path, is_the_same: bool
) -> None:
    file = tmp_path / "of somebody"
    file.write_bytes(b"theirs")
    inode = [file.stat().st_dev, file.stat().st_ino + (not is_the_same)]
    request = packed(Render(finish=TO_PNG)) | {"picture": {"size": GOOD.size}}
    told, content = answer(json.dumps(request).encode(), BytesIO(GOOD.content))
    assert told["changed"]
    assert content is not None

    where = {"into": {"path": str(file), "inode": inode}}
    left = unwritten(content, json.dumps(where).encode())

    expected = (content, b"") if is_the_same else (b"theirs", content)
    assert (file.read_bytes(), left) == expected


async def test_without_files_in_memory_pictures_go_through_pipes(
    images: VipsImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> int:
        raise OSError(errno.ENOSYS, "no such call")

    sheet, piped = Sheet(), Sheet()
    await images.render(GOOD, into=sheet, finish=TO_PNG, seconds=60)
    monkeypatch.setattr(os, "memfd_create", refuse)
    await images.render(GOOD, into=piped, finish=TO_PNG, seconds=60)
    monkeypatch.delattr(os, "memfd_create")
    assert await look(images) == SIZE[0]

    assert piped.content == sheet.content


async def test_a_path_that_leads_nowhere_is_not_the_pictures_fault(images: VipsImages) -> None:
    assert await look(images, _Misled(GOOD.content, JPEG)) == SIZE[0]


class _Misled(BytesBlob):
    def __fspath__(self) -> str:
        return "/proc/self/fd/987654"


async def test_a_file_that_cannot_be_read_is_not_the_pictures_fault(images: VipsImages) -> None:
    with pytest.raises(StorageUnavailable):
        await look(images, _Broken(GOOD.content, JPEG))

    assert await look(images) == SIZE[0]


class _Broken(BytesBlob):
    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        yield self.content[:100]
        raise StorageUnavailable("gone")
