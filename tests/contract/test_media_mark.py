"""What every `MediaMarkPort` promises."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photochanger_adapters.filesystem.media_mark import MARK, FileMediaMark
from photochanger_adapters.memory.media_mark import MemoryMediaMark
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.ports.media_mark import MediaMarkPort


@pytest.fixture(params=["memory", "files"])
def mark(request: pytest.FixtureRequest, tmp_path: Path) -> MediaMarkPort:
    return MemoryMediaMark() if request.param == "memory" else FileMediaMark(tmp_path)


@pytest.fixture(params=["memory", "files"])
def away(request: pytest.FixtureRequest, tmp_path: Path) -> MediaMarkPort:
    if request.param == "memory":
        return MemoryMediaMark(failing=StorageUnavailable("away"))
    return FileMediaMark(tmp_path / "nowhere")


async def test_the_last_mark_is_read(mark: MediaMarkPort) -> None:
    assert await mark.read() is None
    for installation in ("one", "another"):
        await mark.write(installation)
        assert await mark.read() == installation


async def test_where_nothing_can_be_written_there_is_none(away: MediaMarkPort) -> None:
    with pytest.raises(StorageUnavailable):
        await away.write("one")
    assert await away.read() is None


@pytest.mark.parametrize(
    "content, told",
    [
        (b"", None),
        (b" \n", None),
        (b"one", "one"),
        (b"\xff", "\N{REPLACEMENT CHARACTER}"),
        (b"x" * 10**6, "x" * 100),
    ],
)
async def test_whatever_is_in_the_file_is_told(
    tmp_path: Path, content: bytes, told: str | None
) -> None:
    (tmp_path / MARK).write_bytes(content)
    assert await FileMediaMark(tmp_path).read() == told


async def test_what_is_no_file_is_told_as_trouble(tmp_path: Path) -> None:
    (tmp_path / MARK).mkdir()
    with pytest.raises(StorageUnavailable):
        await FileMediaMark(tmp_path).read()
    with pytest.raises(StorageUnavailable):
        await FileMediaMark(tmp_path).write("one")
    assert os.listdir(tmp_path) == [MARK]  # noqa: PTH208 - Path blocks by the same name
