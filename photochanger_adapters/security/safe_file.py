"""A small file that holds secrets: there whole or not at all, and changed by one at a time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 1_000_000

_PATIENCE: Final = 5.0
"""Seconds to wait for others, who need milliseconds."""

_PAUSE: Final = 0.01
_OWNER_ONLY: Final = 0o600


def read_bounded(path: Path) -> tuple[bytes, os.stat_result]:
    """Return what *path* holds, and how it looked.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it is longer than any such file.
    """
    with path.open("rb") as file:
        status, content = os.fstat(file.fileno()), file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError("too long")
    return content, status


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep all others out who want to change *path*, whatever process they are in.

    Whoever dies inside keeps nobody out.

    Raises:
        OSError: If there is no place for that, or others do not come to an end.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(_beside(path, "lock"), os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def replace(path: Path, text: str) -> None:
    """Have *path* hold *text*, for its owner only, durably. To be called by one at a time.

    Raises:
        OSError: If that is not possible; the file is as before then.
    """
    draft = _beside(path, "draft")
    draft.unlink(missing_ok=True)  # of somebody who died
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync(path.parent)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f".{path.name}.{suffix}")


def _lock(descriptor: int) -> None:
    give_up = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
