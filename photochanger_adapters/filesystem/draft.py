"""A result while it is being written."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Lock

from photochanger_adapters.durable.names import sync_folder
from photochanger_core.domain.errors import StorageUnavailable

from .handle import write_all


class Draft:
    """A result being written: in the end it is there whole and durable, or not at all.

    Its methods are for threads, one after the other; `undo` may come at any time, also while
    another is at work, and nothing is done after it.

    Args:
        folder: Of the job. Its grandparent exists and is durable.
        name: Of the file in *folder*.
        durable: Folders whose names are known to survive a crash; the parent of *folder* is one
            of them in the end. To sync one costs milliseconds, and once is enough.
    """

    def __init__(self, folder: Path, name: str, durable: set[Path]) -> None:
        self._folder = folder
        self._name = name
        self._durable = durable
        self._lock = Lock()
        self._undone = False
        self._descriptor = -1
        self._path: Path | None = None

    def begin(self) -> None:
        """Make the folders and a temporary file."""
        with self._lock:
            self._check()
            self._make_parent()
            self._folder.mkdir(0o700, exist_ok=True)
            self._descriptor, path = tempfile.mkstemp(prefix=".", dir=self._folder)
            self._path = Path(path)

    def write(self, chunk: bytes) -> None:
        """Append *chunk*."""
        with self._lock:
            self._check()
            write_all(self._descriptor, chunk)

    def publish(self) -> None:
        """Give the file its name. When this returns, it survives a crash of the machine."""
        with self._lock:
            self._check()
            os.fsync(self._descriptor)
            if self._path is not None:
                self._path = self._path.replace(self._folder / self._name)
            self._close()
            sync_folder(self._folder)
            sync_folder(self._folder.parent)
            if self._folder.parent not in self._durable:
                sync_folder(self._folder.parent.parent)
                self._durable.add(self._folder.parent)

    def undo(self) -> None:
        """Remove whatever has been written. What cannot be removed is left to the cleaning up."""
        with self._lock, suppress(OSError):
            self._undone = True
            self._close()
            if self._path is not None:
                self._path.unlink(missing_ok=True)
            self._folder.rmdir()

    def _make_parent(self) -> None:
        with suppress(FileExistsError):
            self._folder.parent.mkdir(0o700)
            self._durable.discard(self._folder.parent)  # somebody had taken it away

    def _check(self) -> None:
        if self._undone:
            raise StorageUnavailable("nobody waits for this file any more")

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
