"""Work on pictures in processes that may be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator

import pytest

from photochanger_adapters.images.images import VipsImages
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.picture import BadPicture, MediaType, PictureProblem
from tests.pictures import SIZE, picture
from tests.spools import Sheet

from .worker_processes import (
    GOOD,
    LARGE,
    busy_worker,
    environment,
    gone,
    look,
    toil,
    workers,
)


@pytest.fixture
async def images() -> AsyncIterator[VipsImages]:
    async with VipsImages() as opened:
        yield opened


async def test_leaves_no_process_behind() -> None:
    async with VipsImages():
        assert len(workers()) == 2

    assert not workers()


async def test_a_busy_process_is_gone_when_the_pool_is_left() -> None:
    async with VipsImages() as images:
        task = asyncio.create_task(toil(images))
        await busy_worker()
        task.cancel()

    assert not workers()


async def test_work_that_goes_on_when_the_pool_is_left_starts_nothing_new() -> None:
    async with VipsImages() as images:
        task = asyncio.create_task(toil(images))
        await busy_worker()

    with pytest.raises(RuntimeError):
        await task
    with pytest.raises(RuntimeError):
        await look(images)
    with pytest.raises(RuntimeError):
        await images.preview(GOOD, into=Sheet(), seconds=60)
    assert not workers()


async def test_many_at_once(images: VipsImages) -> None:
    kinds = [*MediaType] * 6
    blobs = [BytesBlob(picture(kind, size=(640, 480)), kind) for kind in kinds]

    widths = await asyncio.gather(*(look(images, blob) for blob in blobs))

    assert widths == [640] * len(kinds)
    assert len(workers()) == 2


async def test_whose_time_is_over_learns_nothing_of_the_picture(images: VipsImages) -> None:
    with pytest.raises(DeadlinePassed):
        await toil(images, seconds=0.5)

    assert await look(images) == SIZE[0]


async def test_a_picture_that_takes_too_long_is_too_slow(
    images: VipsImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photochanger_adapters.images.lane.MAX_SECONDS", 0.5)
    with pytest.raises(BadPicture) as refused:
        await toil(images)

    assert refused.value.problem is PictureProblem.TOO_SLOW
    monkeypatch.undo()
    assert await look(images) == SIZE[0]


async def test_one_that_takes_long_does_not_hold_up_the_others(images: VipsImages) -> None:
    heavy = asyncio.create_task(toil(images))
    os.kill(await busy_worker(), signal.SIGSTOP)
    for _ in range(5):
        await look(images)

    assert not heavy.done()
    heavy.cancel()


async def test_cancelling_stops_the_work(images: VipsImages) -> None:
    task = asyncio.create_task(toil(images))
    pid = await busy_worker()
    task.cancel()

    await gone({pid})
    assert await look(images) == SIZE[0]


async def test_a_picture_is_tried_again_when_its_worker_is_killed(images: VipsImages) -> None:
    task = asyncio.create_task(toil(images, LARGE))
    os.kill(await busy_worker(), signal.SIGKILL)

    assert (await task).facts.width == LARGE.width


async def test_a_picture_that_kills_twice_is_undecodable(images: VipsImages) -> None:
    task = asyncio.create_task(toil(images))
    first = await busy_worker()
    os.kill(first, signal.SIGKILL)
    os.kill(await busy_worker(first), signal.SIGKILL)

    with pytest.raises(BadPicture) as refused:
        await task
    assert refused.value.problem is PictureProblem.UNDECODABLE
    assert await look(images) == SIZE[0]


async def test_idle_workers_that_are_killed_are_not_missed(images: VipsImages) -> None:
    for pid in workers():
        os.kill(pid, signal.SIGKILL)

    assert await look(images) == SIZE[0]
    assert await look(images) == SIZE[0]


async def test_signals_for_the_server_do_not_disturb_the_work(images: VipsImages) -> None:
    before = workers()
    task = asyncio.create_task(toil(images, LARGE))
    await busy_worker()
    for pid in before:
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGINT)

    assert (await task).facts.width == LARGE.width
    assert workers() == before


async def test_workers_are_told_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNING_KEY", "keep it")
    async with VipsImages():
        environments = [environment(pid) for pid in workers()]

    assert len(environments) == 2
    assert not any(b"keep it" in one for one in environments)


SERVER = """
import asyncio
from tests.unit.worker_processes import busy_worker, toil
from photochanger_adapters.images.images import VipsImages
async def main():
    async with VipsImages() as images:
        work = asyncio.create_task(toil(images))
        await busy_worker()
        print("busy", flush=True)
        await work
asyncio.run(main())
"""


async def test_workers_go_with_a_server_that_is_killed() -> None:
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVER, stdout=PIPE)
    assert server.stdout is not None
    assert await server.stdout.readline() == b"busy\n"
    left = workers(server.pid)
    server.kill()
    await server.wait()

    assert len(left) == 2
    await gone(left)
