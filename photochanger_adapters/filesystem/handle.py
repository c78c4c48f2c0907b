"""A file that threads share."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from threading import Lock
from typing import Final

from photochanger_core.domain.errors import StorageUnavailable

CLOSED: Final = "it is closed"


class Handle:
    """A file that is opened when first used, from any thread, and never after it was closed.

    A thread cannot be cancelled: one whose caller has given up may still be at work when the file
    is closed. It then finds a closed handle, not a descriptor that means another file by now.

    Args:
        opener: Opens the file, unbuffered.
    """

    def __init__(self, opener: Callable[[], FileIO]) -> None:
        self._opener = opener
        self._lock = Lock()
        self._gate = Lock()  # held for moments only: never while a disk is waited for
        self._file: FileIO | None = None
        self._closed = False

    def open(self) -> None:
        """Open the file, if nothing has done so yet."""
        with self._lock:
            self._opened()

    def append(self, data: bytes | memoryview) -> None:
        """Write *data* at the end. What cannot be written whole closes the file."""
        with self._lock:
            try:
                write_all(self._opened().fileno(), data)
            except OSError:
                self._close()
                raise

    def read(self, start: int, count: int) -> bytes:
        """Return up to *count* bytes from *start* on."""
        with self._lock:
            return os.pread(self._opened().fileno(), count, start)

    def size(self) -> int:
        """Return the length of the file in bytes."""
        with self._lock:
            return os.fstat(self._opened().fileno()).st_size

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._opened().fileno()

    def again(self) -> Handle:
        """Return another handle of the same file, to be closed by itself. Waits for no disk.

        Raises:
            StorageUnavailable: If this one is closed, or nothing has opened it yet.
            OSError: If the operating system gives no descriptor.
        """
        with self._gate:
            if self._closed or self._file is None:
                raise StorageUnavailable(CLOSED)
            file = FileIO(os.dup(self._file.fileno()))
        other = Handle(lambda: file)
        other.fileno()  # opens it: a handle that was never used closes nothing
        return other

    def close(self) -> None:
        """Close the file, once nobody uses it. Does nothing the second time."""
        with self._lock:
            self._close()

    def _opened(self) -> FileIO:
        if self._closed:
            raise StorageUnavailable(CLOSED)
        if self._file is None:
            self._file = self._opener()
        return self._file

    def _close(self) -> None:
        with self._gate:
            self._closed = True
        if self._file is not None:
            with suppress(OSError):  # what mattered was synced before
                self._file.close()


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write *data*, in as many steps as the operating system takes."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
