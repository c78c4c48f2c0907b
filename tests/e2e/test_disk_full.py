"""The disk of the media store is full, and has room again.

The disk is a small tmpfs of its own. Where mounting is refused, as in containers without rights,
the server believes in a full disk instead: see `PretendedDisk`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from attrs import frozen

from photochanger_cli.booth import BoothAnswer
from tests.pictures import JPEG, picture

from .parts import Service, eventually, refusal, running_service

SIZE: Final = 32 * 2**20
"""Bytes of the disk: above the room that `/healthz` wants to see, and no burden for a machine."""

PHOTO: Final = picture(JPEG, size=(640, 480))
"""Noise, so that the picture made of it, a PNG, is several times as large."""


@frozen
class Disk:
    """A small disk that can be filled at once."""

    root: Path

    @property
    def variables(self) -> dict[str, str]:
        """What the environment of a server must hold to see it."""
        return {}

    def fill(self, *, room: int) -> None:
        """Leave *room* bytes free."""
        with (self.root / "filling").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, SIZE - self.used() - room)

    def make_room(self) -> None:
        """Take the filling away."""
        (self.root / "filling").unlink()

    def used(self) -> int:
        """Return how many bytes are in use, also by files without a name."""
        disk = os.statvfs(self.root)
        return (disk.f_blocks - disk.f_bfree) * disk.f_frsize

    def names(self) -> set[Path]:
        """Return every file and folder in the media store."""
        return set((self.root / "media").rglob("*"))


class PretendedDisk(Disk):
    """An ordinary folder: in the server, `os.write` and `os.statvfs` obey the file `room`.

    It stands for the disk's own refusals, ENOSPC and no free blocks, and for nothing else; files
    without a name are not seen.
    """

    @property
    def variables(self) -> dict[str, str]:
        module = self.root / "sitecustomize.py"
        module.write_text(_PRETENCE.format(room=str(self.root / "room"), size=SIZE))
        return {"PYTHONPATH": str(self.root)}

    def fill(self, *, room: int) -> None:
        (self.root / "room").write_text(str(room))

    def make_room(self) -> None:
        (self.root / "room").unlink()

    def used(self) -> int:
        return sum(path.stat().st_size for path in self.names() if path.is_file())


_PRETENCE: Final = """
import errno, os, pathlib, types
room, media = {room!r}, os.path.join(os.path.dirname({room!r}), "media")
write, statvfs = os.write, os.statvfs

def left():
    return int(pathlib.Path(room).read_text())

def limited(descriptor, data):
    where = os.readlink("/proc/self/fd/%d" % descriptor)
    if not (where.startswith(media) and os.path.exists(room)):
        return write(descriptor, data)
    free = left() - len(data)
    if free < 0:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    pathlib.Path(room).write_text(str(free))
    return write(descriptor, data)

def honest(path):
    if not os.path.exists(room):
        return statvfs(path)
    free = left()
    return types.SimpleNamespace(
        f_blocks={size}, f_bfree=free, f_bavail=free, f_frsize=1, f_files=0, f_favail=0
    )

os.write, os.statvfs = limited, honest
"""


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    if not is_done("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "photochanger-test", str(folder)):
        yield PretendedDisk(folder)
        return
    try:
        yield Disk(folder)
    finally:  # lazily: a server that failed to end must not keep it in the tree of files
        assert is_done("umount", "--lazy", str(folder))


def is_done(*command: str) -> bool:
    """Whether there is such a command, and it does what it is told."""
    found = shutil.which(command[0]) is not None
    return found and not subprocess.run(command, check=False, capture_output=True).returncode  # noqa: S603 - our own words


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    with small_disk(tmp_path_factory.mktemp("disk")) as disk:
        yield disk


@pytest.fixture(scope="module")
def service(disk: Disk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    variables = {"PHOTOCHANGER_MEDIA_ROOT": str(disk.root / "media"), **disk.variables}
    with running_service(tmp_path_factory.mktemp("service"), **variables) as running:
        running.set("dedupe_seconds=0")  # the same photo comes again and again
        yield running


@contextmanager
def full(disk: Disk, *, room: int = 0) -> Iterator[None]:
    disk.fill(room=room)
    try:
        yield
    finally:
        disk.make_room()


async def components(http: aiohttp.ClientSession, service: Service) -> tuple[int, dict[str, str]]:
    async with http.get(f"{service.url}/healthz") as answer:
        told = await answer.json()
        return answer.status, told["components"]


async def until_health(
    http: aiohttp.ClientSession, service: Service, status: int, **told: str
) -> None:
    """Wait until the components are so: what is told of them may be some seconds old."""

    async def is_told() -> bool:
        return await components(http, service) == (status, told)

    await eventually(is_told, f"{status} {told}")


async def kept_with_preview(http: aiohttp.ClientSession, service: Service) -> BoothAnswer:
    """Send a photo, and wait until all that is made of it is there."""
    kept = await service.send(PHOTO)
    async with http.get(f"{kept.head.headers['x-result-url']}/preview") as preview:
        assert preview.status == 200
    return kept


async def assert_is_whole(http: aiohttp.ClientSession, kept: BoothAnswer) -> None:
    async with http.get(kept.head.headers["x-result-url"]) as stored:
        assert (stored.status, await stored.read()) == (200, kept.body)


async def assert_works(http: aiohttp.ClientSession, service: Service) -> None:
    await until_health(http, service, 200, database="ok", media="ok")
    assert (await service.send(PHOTO)).head.status == 200


async def test_no_room_for_a_photo(
    service: Service, disk: Disk, http: aiohttp.ClientSession
) -> None:
    kept = await kept_with_preview(http, service)
    names, used, calls, jobs = disk.names(), disk.used(), service.calls(), service.statuses()
    with full(disk):
        assert refusal(await service.send(PHOTO), 507, "storage_full") == {}
        await until_health(http, service, 503, database="ok", media="storage_full")
        await assert_is_whole(http, kept)

    assert disk.names() == names
    assert disk.used() <= used
    assert (service.calls(), service.statuses()) == (calls, jobs)
    await assert_is_whole(http, kept)
    await assert_works(http, service)


async def test_no_room_for_the_picture(
    service: Service, disk: Disk, http: aiohttp.ClientSession
) -> None:
    kept = await kept_with_preview(http, service)
    names, used, calls = disk.names(), disk.used(), service.calls()
    with full(disk, room=len(PHOTO) + len(kept.body) // 2):
        details = refusal(await service.send(PHOTO), 507, "storage_full")
        await assert_is_whole(http, kept)

    assert service.calls() == calls + 1
    assert service.statuses()[details["job_id"]] == "failed"
    assert disk.names() == names
    assert disk.used() <= used
    await assert_is_whole(http, kept)
    await assert_works(http, service)
