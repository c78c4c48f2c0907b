"""A file that tells when everything was backed up last."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from photochanger_adapters.durable.names import sync_folder
from photochanger_core.ports.backup_mark import BackupMarkPort

from .folders import put_file
from .threads import in_thread

MARK: Final = "last_backup"

_LIMIT: Final = 100
"""Bytes read of it at most; a moment has 32."""


class FileBackupMark(BackupMarkPort):
    """The file `last_backup` in *root*, the folder of pictures, which all servers share."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def read(self) -> datetime | None:
        return await in_thread(self._read)

    async def write(self, moment: datetime) -> None:
        await in_thread(self._write, moment)

    def _read(self) -> datetime | None:
        try:
            with (self._root / MARK).open("rb") as file:
                return _moment(file.read(_LIMIT))
        except FileNotFoundError:
            return None

    def _write(self, moment: datetime) -> None:
        put_file(self._root, MARK, f"{moment.isoformat()}\n".encode())
        sync_folder(self._root)


def _moment(content: bytes) -> datetime | None:
    try:
        moment = datetime.fromisoformat(content.decode().strip())
    except ValueError:  # somebody has written to it
        return None
    return None if moment.utcoffset() is None else moment
