"""A file that tells whose the pictures beside it are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from photochanger_adapters.durable.names import sync_folder
from photochanger_core.ports.media_mark import MediaMarkPort

from .folders import put_file
from .threads import in_thread

MARK: Final = "installation"

_LIMIT: Final = 100
"""Bytes read of it at most; an id has 36."""


class FileMediaMark(MediaMarkPort):
    """The file `installation` in *root*, the folder of pictures."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def read(self) -> str | None:
        return await in_thread(self._read)

    async def write(self, installation: str) -> None:
        await in_thread(self._write, installation)

    def _read(self) -> str | None:
        try:
            with (self._root / MARK).open("rb") as file:
                content = file.read(_LIMIT)
        except FileNotFoundError:
            return None
        return content.decode(errors="replace").strip() or None  # empty: a crash has torn it

    def _write(self, installation: str) -> None:
        put_file(self._root, MARK, f"{installation}\n".encode())
        sync_folder(self._root)
