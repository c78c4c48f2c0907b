"""Decoding in processes that may be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_adapters.images import worker
from photochanger_adapters.images.images import PillowImages
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.picture import BadPicture, MediaType, PictureProblem
from tests.pictures import JPEG, PNG, SIZE, WEBP, flat, picture, scan_bomb, webp_bomb, with_chunk

GOOD = BytesBlob(picture(JPEG), JPEG)
HEAVY = BytesBlob(scan_bomb(100, (9_000, 9_000)), JPEG)
"""Within every limit but that on time: some ten seconds of work."""

PATIENCE = 20.0


@pytest.fixture
async def images() -> AsyncIterator[PillowImages]:
    async with PillowImages() as opened:
        yield opened


async def problem(images: PillowImages, blob: Blob, seconds: float = 60) -> PictureProblem:
    with pytest.raises(BadPicture) as refused:
        await images.inspect(blob, seconds=seconds)
    return refused.value.problem


def workers(of: int | str = "self") -> set[int]:
    """Return the living workers of a process."""
    tasks = Path(f"/proc/{of}/task").iterdir()
    children = {int(pid) for task in tasks for pid in (task / "children").read_text().split()}
    return {pid for pid in children if is_alive(pid) and worker.__name__ in command(pid)}


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


async def busy_worker(*others: int) -> int:
    """Wait for a worker that has something to do, and is none of *others*."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for pid in workers() - {*others}:
                if cpu_ticks(pid) > 30:
                    return pid
            await asyncio.sleep(0.01)


async def gone(pids: set[int]) -> None:
    async with asyncio.timeout(PATIENCE):
        while any(is_alive(pid) for pid in pids):
            await asyncio.sleep(0.01)


async def test_leaves_no_process_behind() -> None:
    async with PillowImages():
        assert len(workers()) == 2

    assert not workers()


async def test_a_busy_process_is_gone_when_the_pool_is_left() -> None:
    async with PillowImages() as images:
        task = asyncio.create_task(images.inspect(HEAVY, seconds=60))
        await busy_worker()
        task.cancel()

    assert not workers()


async def test_work_that_goes_on_when_the_pool_is_left_starts_nothing_new() -> None:
    async with PillowImages() as images:
        task = asyncio.create_task(images.inspect(HEAVY, seconds=60))
        await busy_worker()

    with pytest.raises(RuntimeError):
        await task
    with pytest.raises(RuntimeError):
        await images.inspect(GOOD, seconds=60)
    assert not workers()


async def test_many_at_once(images: PillowImages) -> None:
    kinds = [*MediaType] * 6
    blobs = [BytesBlob(picture(kind, size=(640, 480)), kind) for kind in kinds]

    facts = await asyncio.gather(*(images.inspect(blob, seconds=60) for blob in blobs))

    assert [one.media_type for one in facts] == kinds
    assert len(workers()) == 2


async def test_a_picture_that_takes_too_long_is_undecodable(images: PillowImages) -> None:
    assert await problem(images, HEAVY, seconds=0.5) is PictureProblem.UNDECODABLE
    assert (await images.inspect(GOOD, seconds=60)).width == SIZE[0]


async def test_one_that_takes_long_does_not_hold_up_the_others(images: PillowImages) -> None:
    heavy = asyncio.create_task(images.inspect(HEAVY, seconds=60))
    await busy_worker()
    for _ in range(5):
        await images.inspect(GOOD, seconds=60)

    assert not heavy.done()
    heavy.cancel()


async def test_cancelling_stops_the_work(images: PillowImages) -> None:
    task = asyncio.create_task(images.inspect(HEAVY, seconds=60))
    pid = await busy_worker()
    task.cancel()

    await gone({pid})
    assert (await images.inspect(GOOD, seconds=60)).width == SIZE[0]


async def test_a_picture_is_tried_again_when_its_worker_is_killed(images: PillowImages) -> None:
    blob = BytesBlob(flat(PNG, (9_000, 9_000)), PNG)
    task = asyncio.create_task(images.inspect(blob, seconds=60))
    os.kill(await busy_worker(), signal.SIGKILL)

    assert (await task).width == 9_000


async def test_a_picture_that_kills_twice_is_undecodable(images: PillowImages) -> None:
    task = asyncio.create_task(problem(images, HEAVY))
    first = await busy_worker()
    os.kill(first, signal.SIGKILL)
    os.kill(await busy_worker(first), signal.SIGKILL)

    assert await task is PictureProblem.UNDECODABLE
    assert (await images.inspect(GOOD, seconds=60)).width == SIZE[0]


async def test_idle_workers_that_are_killed_are_not_missed(images: PillowImages) -> None:
    for pid in workers():
        os.kill(pid, signal.SIGKILL)

    assert (await images.inspect(GOOD, seconds=60)).width == SIZE[0]
    assert (await images.inspect(GOOD, seconds=60)).width == SIZE[0]


async def test_signals_for_the_server_do_not_disturb_the_work(images: PillowImages) -> None:
    blob = BytesBlob(flat(PNG, (5_000, 5_000)), PNG)
    before = workers()
    task = asyncio.create_task(images.inspect(blob, seconds=60))
    for pid in before:
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGINT)

    assert (await task).width == 5_000
    assert workers() == before


async def test_memory_is_bounded(images: PillowImages) -> None:
    # As many pixels as are allowed, in the format that takes most memory for each.
    blob = BytesBlob(flat(WEBP, (9_999, 9_999), method=0), WEBP)

    assert await problem(images, blob) is PictureProblem.TOO_LARGE
    assert all(peak(pid) < worker.MEMORY for pid in workers())


@pytest.mark.parametrize(
    "blob",
    [
        BytesBlob(webp_bomb(), WEBP),
        BytesBlob(scan_bomb(2_000), JPEG),
        BytesBlob(with_chunk(picture(PNG), b"acTL", bytes([127, 0, 0, 0]) + bytes(4)), PNG),
    ],
    ids=["pixels", "scans", "frames"],
)
async def test_bombs_cost_no_memory(images: PillowImages, blob: Blob) -> None:
    await problem(images, blob)

    assert all(peak(pid) < 100 * 2**20 for pid in workers())


async def test_a_file_is_read_by_the_worker_itself(images: PillowImages, tmp_path: Path) -> None:
    media = FileMediaStore(tmp_path)
    await media.prepare()
    spool = media.spool()
    await spool.write(GOOD.content)
    photo = await spool.finish(JPEG)

    assert isinstance(photo, os.PathLike)
    assert (await images.inspect(photo, seconds=60)).width == SIZE[0]
    await photo.close()


async def test_a_path_that_leads_nowhere_is_not_the_pictures_fault(images: PillowImages) -> None:
    assert (await images.inspect(_Misled(GOOD.content, JPEG), seconds=60)).width == SIZE[0]


class _Misled(BytesBlob):
    def __fspath__(self) -> str:
        return "/proc/self/fd/987654"


async def test_a_file_that_cannot_be_read_is_not_the_pictures_fault(images: PillowImages) -> None:
    with pytest.raises(StorageUnavailable):
        await images.inspect(_Broken(GOOD.content, JPEG), seconds=60)

    assert (await images.inspect(GOOD, seconds=60)).width == SIZE[0]


class _Broken(BytesBlob):
    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        yield self.content[:100]
        raise StorageUnavailable("gone")


SERVER = """
import asyncio
from tests.unit.test_pillow_images import HEAVY, busy_worker
from photochanger_adapters.images.images import PillowImages
async def main():
    async with PillowImages() as images:
        work = asyncio.create_task(images.inspect(HEAVY, seconds=60))
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


def peak(pid: int) -> int:
    """Return the most memory a process has had, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
