"""Names of files that appear at once, stay, and take nothing else's place. For threads."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_OWNER_ONLY: Final = 0o600


class NoRegularFile(OSError):
    """There is something that nobody replaces: a link, or a device or a pipe, of use to all."""


def check_free(path: Path, *, replace: bool) -> None:
    """Pass if a file may be called *path*.

    Args:
        path: What it is to be called.
        replace: Whether a file of that name may be replaced.

    Raises:
        FileExistsError: If there is one, and it may not.
        NoRegularFile: If there is something else.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not replace:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    if not stat.S_ISREG(mode):
        raise NoRegularFile(errno.EINVAL, "no regular file", str(path))


def publish(draft: Path, path: Path, *, replace: bool) -> None:
    """Have the file *draft*, whose content is durable, be called *path*, durably.

    Raises:
        FileExistsError, NoRegularFile: As `check_free`.
        OSError: If that is not possible.
    """
    check_free(path, replace=replace)
    if replace:
        draft.replace(path)
    else:
        with _claimed(path):
            draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _claimed(path: Path) -> Iterator[None]:
    """Make the file first, as a stick that is carried from place to place may know no links."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
    try:
        yield
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
