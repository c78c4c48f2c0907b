"""A file that is there whole or not at all, and a pipe that is not. For threads."""

from __future__ import annotations

import fcntl
import os
import sys
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, Protocol

from photochanger_adapters.durable.names import NoRegularFile, check_free, publish
from photochanger_core.domain.archive import ArchiveError, Obstacle

_OWNER_ONLY: Final = 0o600


class NewFile(Protocol):
    """Something to write to.

    Attributes:
        name: For messages.
    """

    name: str

    @abstractmethod
    def begin(self) -> IO[bytes]:
        """Return where to write.

        Raises:
            ArchiveError: If it is there already.
        """

    @abstractmethod
    def publish(self) -> None:
        """Have what was written be there, durably."""

    @abstractmethod
    def undo(self) -> None:
        """Let go, and forget what was not published."""


class DurableFile(NewFile):
    """A file for its owner only. Until it is published it is called `NAME.part`.

    Args:
        path: What it will be called.
        replace: Whether a file of that name may be replaced.
    """

    def __init__(self, path: Path, *, replace: bool) -> None:
        self.name = str(path)
        self._path = path
        self._replace = replace
        self._draft = path.with_name(f"{path.name}.part")
        self._stream: IO[bytes] | None = None

    def begin(self) -> IO[bytes]:
        stream = self._open_locked()
        while not self._is_draft(stream):  # whoever had the lock has published it, or removed it
            stream.close()
            stream = self._open_locked()
        self._stream = stream
        os.fchmod(stream.fileno(), _OWNER_ONLY)
        stream.truncate(0)  # what was killed has left something
        return stream

    def publish(self) -> None:
        assert self._stream is not None  # noqa: S101 - begun
        self._stream.flush()
        os.fsync(self._stream.fileno())
        with self._told():
            publish(self._draft, self._path, replace=self._replace)
        self._stream.close()
        self._stream = None

    def undo(self) -> None:
        if self._stream is not None:
            self._draft.unlink(missing_ok=True)
            with suppress(OSError):  # what is in its buffer has no place to go
                self._stream.close()
            self._stream = None

    def _open_locked(self) -> IO[bytes]:
        with self._told():
            check_free(self._path, replace=self._replace)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        stream = os.fdopen(os.open(self._draft, flags, _OWNER_ONLY), "r+b")
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.close()
            raise ArchiveError(
                f"{self._draft} is being written by somebody else",
                Obstacle.FILE_IN_USE,
                path=self._draft,
            ) from None
        return stream

    def _is_draft(self, stream: IO[bytes]) -> bool:
        """Whether the name of the draft still leads to what *stream* writes to."""
        try:
            return os.path.samestat(os.fstat(stream.fileno()), self._draft.lstat())
        except FileNotFoundError:
            return False

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except FileExistsError:
            raise ArchiveError(
                f"{self._path} is there already; --force replaces it",
                Obstacle.FILE_THERE,
                path=self._path,
            ) from None
        except NoRegularFile:
            raise ArchiveError(
                f"{self._path} is no regular file; --force replaces nothing else",
                Obstacle.NO_FILE,
                path=self._path,
            ) from None


class StandardOutput(NewFile):
    """Standard output, for pipes: what has left cannot be called back."""

    def __init__(self) -> None:
        self.name = "standard output"

    def begin(self) -> IO[bytes]:
        if sys.stdout.isatty():
            raise ArchiveError("an archive is nothing for a terminal", Obstacle.TERMINAL)
        return sys.stdout.buffer

    def publish(self) -> None:
        sys.stdout.buffer.flush()

    def undo(self) -> None:
        """Do nothing: whoever reads finds that the end is missing."""
