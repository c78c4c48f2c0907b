"""Giving work to the processes that work on pictures, and looking at them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from photochanger_adapters.images.images import VipsImages
from photochanger_adapters.images.process import WORKER
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.picture import Finish, Fit
from photochanger_core.ports.images import Drawn
from tests.pictures import JPEG, WEBP, picture
from tests.spools import Sheet

PATIENCE = 20.0

GOOD = BytesBlob(picture(JPEG), JPEG)
HUGE = Finish(media_type=WEBP, fit=Fit.COVER, width=9_000, height=9_000)
"""Within every limit but that on time: some four seconds of work."""

LARGE = Finish(media_type=WEBP, fit=Fit.COVER, width=3_500, height=3_500)
"""A second of work."""


async def look(images: VipsImages, blob: Blob = GOOD) -> int:
    """Return the width of a picture that needs nothing."""
    sheet = Sheet()
    drawn = await images.prepare(blob, into=sheet, max_edge=10**5, max_bytes=10**9, seconds=60)
    assert (drawn.is_changed, sheet.content) == (False, b"")
    return drawn.facts.width


async def toil(images: VipsImages, finish: Finish = HUGE, seconds: float = 60) -> Drawn:
    """Have something done that takes long."""
    return await images.render(GOOD, into=Sheet(), finish=finish, seconds=seconds)


def workers(of: int | str = "self") -> set[int]:
    """Return the living workers of a process."""
    children: set[int] = set()
    for task in Path(f"/proc/{of}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended since
            children.update(map(int, (task / "children").read_text().split()))
    return {pid for pid in children if is_alive(pid) and WORKER in command(pid)}


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def is_alive(pid: int) -> bool:
    try:
        state = _stat(pid)[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def cpu_ticks(pid: int) -> int:
    return int(_stat(pid)[11]) + int(_stat(pid)[12])


def niceness(pid: int) -> int:
    return int(_stat(pid)[16])


def peak(pid: int) -> int:
    """Return the most memory a process has had, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


async def busy_worker(*others: int) -> int:
    """Wait for a worker that has something to do, and is none of *others*."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for pid in workers() - {*others}:
                if cpu_ticks(pid) > 50:
                    return pid
            await asyncio.sleep(0.01)


async def gone(pids: set[int]) -> None:
    async with asyncio.timeout(PATIENCE):
        while any(is_alive(pid) for pid in pids):
            await asyncio.sleep(0.01)


def environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def _stat(pid: int) -> list[str]:
    """Return what proc(5) tells of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
