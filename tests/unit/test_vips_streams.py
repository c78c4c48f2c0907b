"""How pictures come to the processes that work on them, and how they come back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from attrs import define, field

from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_adapters.images.images import VipsImages
from photochanger_core.domain.blob import CHUNK, BytesBlob
from photochanger_core.domain.errors import StorageFull, StorageUnavailable
from photochanger_core.domain.picture import Finish, Fit
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
    assert len(sheet.content) > 3 * CHUNK
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
