"""Why there is no backup, in the language of the locale."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from photochanger_adapters.filesystem.archive_thread import archive_thread
from photochanger_adapters.filesystem.new_file import DurableFile
from photochanger_cli.archive_errors import not_archived
from photochanger_core.domain.archive import (
    ArchiveDamaged,
    ArchiveError,
    Obstacle,
    RestoreRefused,
)


def told(error: ArchiveError, locale: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("LC_ALL", locale)
    return str(not_archived(error))


@pytest.mark.parametrize(
    "error, english, russian",
    [
        (
            RestoreRefused("x", Obstacle.DATABASE_NOT_EMPTY, tables="slot"),
            "the database is in use (it has rows in slot); --force replaces everything in it",
            "база данных не пуста (есть строки в slot); --force заменит всё, что в ней есть",
        ),
        (
            ArchiveDamaged("it ends too early"),
            "it ends too early",
            "архив повреждён, или это не архив PhotoChanger: it ends too early",
        ),
        (ArchiveError("odd"), "odd", "с архивом не получилось: odd"),
    ],
)
def test_it_is_told_in_the_language_of_the_locale(
    error: ArchiveError, english: str, russian: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(error, "C", monkeypatch) == english
    assert told(error, "ru_RU.UTF-8", monkeypatch) == russian


def test_a_file_that_is_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "archive.tar"
    archive.touch()
    with pytest.raises(ArchiveError) as refused:
        DurableFile(archive, replace=False).begin()
    assert told(refused.value, "C", monkeypatch) == str(refused.value)
    assert told(refused.value, "ru", monkeypatch) == f"{archive} уже есть; --force заменит его"


async def test_what_the_system_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with archive_thread("a.tar") as thread:
        with pytest.raises(ArchiveError) as refused:
            await thread.run(refuse)
    assert told(refused.value, "C", monkeypatch) == "a.tar: No space left on device"
    assert told(refused.value, "ru", monkeypatch) == "a.tar: на диске нет места"
