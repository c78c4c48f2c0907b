"""Whether pictures can be stored, as the health report says."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from photochanger_adapters.filesystem.health import ROOM, FileHealth
from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_core.domain.errors import StorageFull, StorageUnavailable


@pytest.fixture
async def health(tmp_path: Path) -> FileHealth:
    await FileMediaStore(tmp_path).prepare()
    return FileHealth(tmp_path)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


def fill(monkeypatch: pytest.MonkeyPatch, *, left: int) -> None:
    """Let the disk have *left* bytes of room."""
    statvfs = os.statvfs

    def full(path: Path) -> os.statvfs_result:
        fields = list(statvfs(path))
        fields[1], fields[4] = 1, left  # f_frsize and f_bavail
        return os.statvfs_result(fields)

    monkeypatch.setattr(os, "statvfs", full)


async def test_a_good_disk_is_good_and_left_as_it_was(health: FileHealth, tmp_path: Path) -> None:
    await health.check()
    await health.check()

    assert health.name == "media"
    assert names(tmp_path) == {"results", "uploads"}


async def test_a_disk_that_is_away_is_unavailable(tmp_path: Path) -> None:
    health = FileHealth(tmp_path)
    with pytest.raises(StorageUnavailable):
        await health.check()

    await FileMediaStore(tmp_path).prepare()
    await health.check()


async def test_a_disk_without_room_for_an_upload_is_full(
    health: FileHealth, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(monkeypatch, left=ROOM - 1)
    with pytest.raises(StorageFull):
        await health.check()


async def test_a_disk_with_room_for_an_upload_is_good(
    health: FileHealth, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(monkeypatch, left=ROOM)
    await health.check()


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Event, list[int]]]:
    """A disk that does not sync until the event is set, and what waits for it."""
    goes_on = Event()
    waiting: list[int] = []

    def hang(descriptor: int) -> None:
        waiting.append(descriptor)
        goes_on.wait(10)

    monkeypatch.setattr(os, "fsync", hang)
    yield goes_on, waiting
    goes_on.set()


async def test_a_disk_that_hangs_costs_one_thread_however_many_ask(
    health: FileHealth, hanging: tuple[Event, list[int]]
) -> None:
    goes_on, waiting = hanging
    for _ in range(5):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(health.check(), 0.01)
    checks = [asyncio.create_task(health.check()) for _ in range(5)]
    goes_on.set()
    await asyncio.gather(*checks)

    assert len(waiting) == 1
