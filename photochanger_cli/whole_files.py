"""Files that commands are given: read with a bound, written whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from photochanger_adapters.durable import names
from photochanger_core.domain.slot import MEGABYTE

from .failures import CommandFailed
from .locale import phrase
from .signals import interruptible
from .system_errors import why

STANDARD: Final = "-"
"""Given instead of a file: standard input, or output."""


def read_whole(name: str, most: int) -> bytes:
    """Return what the file *name* holds, or what comes from standard input.

    It is read here, in no thread: nobody else is there to be kept waiting, and a thread could not
    be interrupted. From standard input, if that is closed, comes nothing.

    Raises:
        CommandFailed: If it cannot be read, or has more than *most* bytes.
    """
    try:
        if name == STANDARD:
            with interruptible():
                return _bounded(sys.stdin.buffer, name, most) if sys.stdin else b""
        with Path(name).open("rb") as file:
            return _bounded(file, name, most)
    except OSError as error:
        raise CommandFailed(f"{name}: {why(error)}") from error


def check_free(name: str, *, force: bool) -> None:
    """Return if a file *name* may be written.

    Raises:
        CommandFailed: If there is one that is not to be replaced, or something that is no file.
    """
    if name != STANDARD:
        with _told(name):
            names.check_free(Path(name), replace=force)


def write_whole(name: str, pieces: Iterable[str], *, force: bool) -> None:
    """Write *pieces* to the file *name*, for its owner only, or to standard output.

    Raises:
        CommandFailed: If that is not possible, or the file is there and not to be replaced, or
            is no file. What was there is as it was then.
        OSError: If standard output is closed, or takes no more.
    """
    if name == STANDARD:
        _put(sys.stdout.buffer, pieces)
        return
    with _told(name):
        names.check_free(Path(name), replace=force)
        _publish(Path(name), pieces, force=force)


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise CommandFailed(phrase("file.is_there", path=name)) from None
    except names.NoRegularFile:
        raise CommandFailed(phrase("file.not_regular", path=name)) from None
    except OSError as error:
        raise CommandFailed(f"{name}: {why(error)}") from error


def _bounded(file: BinaryIO, name: str, most: int) -> bytes:
    content = file.read(most + 1)
    if len(content) > most:
        raise CommandFailed(phrase("file.too_long", path=name, megabytes=most // MEGABYTE))
    return content


def _publish(path: Path, pieces: Iterable[str], *, force: bool) -> None:
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with _gone_unless_done(Path(draft)):
        with os.fdopen(descriptor, "wb") as file:
            _put(file, pieces)
            os.fsync(descriptor)
        names.publish(Path(draft), path, replace=force)


@contextmanager
def _gone_unless_done(path: Path) -> Iterator[None]:
    """Remove the file *path* if what is inside fails."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _put(file: BinaryIO, pieces: Iterable[str]) -> None:
    for piece in pieces:
        file.write(piece.encode())
    file.flush()
