"""What every `BackupMarkPort` promises."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from photochanger_adapters.filesystem.backup_mark import MARK, FileBackupMark
from photochanger_adapters.memory.backup_mark import MemoryBackupMark
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.ports.backup_mark import BackupMarkPort

NIGHT = datetime(2026, 11, 21, 1, 15, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=["memory", "files"])
def mark(request: pytest.FixtureRequest, tmp_path: Path) -> BackupMarkPort:
    return MemoryBackupMark() if request.param == "memory" else FileBackupMark(tmp_path)


@pytest.fixture(params=["memory", "files"])
def away(request: pytest.FixtureRequest, tmp_path: Path) -> BackupMarkPort:
    if request.param == "memory":
        return MemoryBackupMark(failing=StorageUnavailable("away"))
    return FileBackupMark(tmp_path / "nowhere")


async def test_the_last_mark_is_read(mark: BackupMarkPort) -> None:
    assert await mark.read() is None
    for moment in (NIGHT, NIGHT - timedelta(days=1)):
        await mark.write(moment)
        assert await mark.read() == moment


async def test_where_nothing_can_be_written_there_is_none(away: BackupMarkPort) -> None:
    with pytest.raises(StorageUnavailable):
        await away.write(NIGHT)
    assert await away.read() is None


@pytest.mark.parametrize(
    "content, told",
    [
        (b"2026-11-21T01:15:00.123456+00:00", NIGHT),
        (b" 2026-11-21T04:15:00.123456+03:00\n", NIGHT),
        (b"2026-11-21T01:15:00", None),
        (b"yesterday", None),
        (b"", None),
        (b"\xff", None),
        (b"2" * 10**6, None),
    ],
)
async def test_what_is_no_moment_is_no_backup(
    tmp_path: Path, content: bytes, told: datetime | None
) -> None:
    (tmp_path / MARK).write_bytes(content)
    assert await FileBackupMark(tmp_path).read() == told


async def test_what_is_no_file_is_told_as_trouble(tmp_path: Path) -> None:
    (tmp_path / MARK).mkdir()
    with pytest.raises(StorageUnavailable):
        await FileBackupMark(tmp_path).read()
    with pytest.raises(StorageUnavailable):
        await FileBackupMark(tmp_path).write(NIGHT)
    assert os.listdir(tmp_path) == [MARK]  # noqa: PTH208 - Path blocks by the same name
