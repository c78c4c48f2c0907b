"""What pictures may cost the processes that work on them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from photochanger_adapters.images import worker
from photochanger_adapters.images.images import VipsImages
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.picture import BadPicture, Finish, MediaType, PictureProblem
from tests.pictures import JPEG, PNG, SIZE, WEBP, flat, picture, scan_bomb, webp_bomb, with_chunk
from tests.spools import Sheet

from .worker_processes import (
    GOOD,
    busy_worker,
    look,
    niceness,
    peak,
    toil,
    workers,
)


@pytest.fixture
async def images() -> AsyncIterator[VipsImages]:
    async with VipsImages() as opened:
        yield opened


async def problem(images: VipsImages, blob: Blob) -> PictureProblem:
    with pytest.raises(BadPicture) as refused:
        await look(images, blob)
    return refused.value.problem


async def test_memory_is_bounded(images: VipsImages) -> None:
    # As many pixels as are allowed, in the format that takes most memory for each.
    blob = BytesBlob(flat(WEBP, (9_999, 9_999), method=0), WEBP)
    finish = Finish(media_type=JPEG, width=1, height=1)

    with pytest.raises(BadPicture) as refused:
        await images.render(blob, into=Sheet(), finish=finish, seconds=60)
    assert refused.value.problem is PictureProblem.TOO_LARGE
    assert all(peak(pid) < worker.MEMORY for pid in workers())
    assert await look(images) == SIZE[0]


@pytest.mark.parametrize("kind", MediaType)
async def test_as_many_pixels_as_are_allowed_fit_when_scaled_down(
    images: VipsImages, kind: MediaType
) -> None:
    options = {"compress_level": 1} if kind is PNG else {"method": 0}
    blob = BytesBlob(flat(kind, (9_999, 9_999), **options), kind)
    drawn = await images.prepare(blob, into=Sheet(), max_edge=3072, max_bytes=10**8, seconds=60)

    assert drawn.facts.width == 9_999
    assert drawn.is_changed


@pytest.mark.parametrize(
    "blob",
    [
        BytesBlob(webp_bomb(), WEBP),
        BytesBlob(scan_bomb(2_000), JPEG),
        BytesBlob(with_chunk(picture(PNG), b"acTL", bytes([127, 0, 0, 0]) + bytes(4)), PNG),
    ],
    ids=["pixels", "scans", "frames"],
)
async def test_bombs_cost_no_memory(images: VipsImages, blob: Blob) -> None:
    await problem(images, blob)

    assert all(peak(pid) < 100 * 2**20 for pid in workers())


async def test_previews_have_a_process_of_their_own_that_gives_way(images: VipsImages) -> None:
    before = workers()
    sheet = Sheet()
    await asyncio.gather(*(images.preview(GOOD, into=sheet, seconds=60) for _ in range(3)))
    (added,) = workers() - before

    own = os.nice(0)
    assert niceness(added) == min(own + 10, 19)  # nobody gives way more
    assert {niceness(pid) for pid in before} == {own}
    assert sheet.content.startswith(b"RIFF")


async def test_previews_go_on_while_photos_take_long(images: VipsImages) -> None:
    heavy = [asyncio.create_task(toil(images)) for _ in range(2)]
    first = await busy_worker()
    for pid in (first, await busy_worker(first)):
        os.kill(pid, signal.SIGSTOP)
    await images.preview(GOOD, into=Sheet(), seconds=60)

    assert not any(task.done() for task in heavy)
    for task in heavy:
        task.cancel()
