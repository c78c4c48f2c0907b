"""A small file that holds secrets: there whole or not at all, and changed by one at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from photochanger_adapters.durable.names import sync_folder

MOST_BYTES: Final = 1_000_000

_PATIENCE: Final = 5.0
"""Seconds to wait for others, who need milliseconds."""

_PAUSE: Final = 0.01
_OWNER_ONLY: Final = 0o600
_ROOT: Final = 0


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
    make_folder(path.parent)
    descriptor = _open_lock(_beside(path, "lock"))
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Have a *folder* for secrets; a new one is for its owner only: that of the folder around it.

    Raises:
        OSError: If it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        return
    if os.geteuid() == _ROOT:
        around = folder.parent.stat()
        os.chown(folder, around.st_uid, around.st_gid, follow_symlinks=False)


def replace(path: Path, text: str) -> None:
    """Have *path* hold *text*, for its owner only, durably. To be called by one at a time.

    Raises:
        OSError: If that is not possible, or `read_bounded` would not read it again; the file is
            as before then.
    """
    if len(text.encode()) > MOST_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    draft = _beside(path, "draft")
    draft.unlink(missing_ok=True)  # of somebody who died
    _write(draft, text, owner=_owner(path))
    draft.replace(path)
    sync_folder(path.parent)


def publish(path: Path, text: str) -> None:
    """Have *path* hold *text* as `replace` does, unless it is there: the first of many wins.

    Raises:
        OSError: If that is not possible.
    """
    draft = _beside(path, secrets.token_hex(8))
    try:
        _write(draft, text, owner=path.parent.stat())
        with suppress(FileExistsError):  # somebody was faster
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f".{path.name}.{suffix}")


def _owner(path: Path) -> os.stat_result:
    """Return whose *path* is, or is to be."""
    try:
        return path.stat()
    except FileNotFoundError:
        return path.parent.stat()


def _write(new: Path, text: str, *, owner: os.stat_result) -> None:
    with os.fdopen(_create(new, owner), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _create(new: Path, owner: os.stat_result) -> int:
    """Open a *new* file, and give it to its *owner*.

    What root makes, by `sudo`, would be closed to the service, which runs as somebody else. Only
    a new file is given away: another one might be a link, laid to lead to somebody else's.

    Raises:
        FileExistsError: If there is one.
    """
    descriptor = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        if os.geteuid() == _ROOT:
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _open_lock(path: Path) -> int:
    try:
        return _create(path, path.parent.stat())
    except FileExistsError:
        return os.open(path, os.O_RDWR)


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
