"""What every `DiskPort` tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from photochanger_adapters.filesystem.disk import FileDisk
from photochanger_adapters.memory.disk import MemoryDisk
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.ports.disk import DiskPort


@pytest.fixture(params=["memory", "files"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> DiskPort:
    return MemoryDisk() if request.param == "memory" else FileDisk(tmp_path)


@pytest.fixture(params=["memory", "files"])
def away(request: pytest.FixtureRequest, tmp_path: Path) -> DiskPort:
    if request.param == "memory":
        return MemoryDisk(failing=StorageUnavailable("away"))
    return FileDisk(tmp_path / "nowhere")


async def test_there_is_room(disk: DiskPort) -> None:
    room = await disk.room()
    assert 0 < room.bytes_free <= room.bytes_in_all
    assert room.files_free is None or room.files_free > 0


async def test_one_that_is_away_raises(away: DiskPort) -> None:
    with pytest.raises(StorageUnavailable):
        await away.room()
