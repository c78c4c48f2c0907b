"""Folders that survive a crash of the machine. For threads."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from photochanger_adapters.durable.names import sync_folder

from .handle import write_all


def make_folder(folder: Path) -> None:
    """Make *folder*, and what is missing above it, for this user only."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(0o700, exist_ok=True)
        sync_folder(folder.parent)


def names_in(folder: Path) -> list[str]:
    """Return what is in *folder*, in order."""
    return sorted(path.name for path in folder.iterdir())


def last_touched(folder: Path) -> float:
    """Return when something was last written in *folder*, in seconds since the epoch."""
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
    except FileNotFoundError:
        return float("inf")  # somebody is removing it this moment
    except PermissionError:
        return folder.stat().st_mtime  # removing it will fail, and be told


def size_of(path: Path) -> int:
    """Return the length of a file in bytes; 0 if it is gone."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def remove_folder(folder: Path, *, tries: int = 5) -> int:
    """Remove *folder* and the files in it; others may be doing the same, or putting files there.

    Returns:
        How many bytes that was.

    Raises:
        FileNotFoundError: If it was not there.
    """
    with os.scandir(folder) as found:
        size = sum([_remove_file(entry) for entry in found])
    try:
        folder.rmdir()
    except FileNotFoundError:
        return size
    except OSError as error:
        if error.errno != errno.ENOTEMPTY or tries == 1:
            raise
        return size + remove_folder(folder, tries=tries - 1)
    return size


def _remove_file(file: os.DirEntry[str]) -> int:
    """Remove *file*, and return how many bytes that was; 0 if somebody else has."""
    try:
        size = file.stat(follow_symlinks=False).st_size
        Path(file.path).unlink()
    except FileNotFoundError:
        return 0
    return size


def folder_size(folder: Path) -> int:
    """Return how many bytes the files in *folder* have; 0 if it is gone."""
    try:
        return sum(size_of(folder / name) for name in names_in(folder))
    except FileNotFoundError:
        return 0


def put_file(folder: Path, name: str, content: bytes) -> None:
    """Write *content* to a file in *folder*, which is seen whole or not; it may not be durable.

    Raises:
        FileNotFoundError: If the folder is not there, or not any more.
    """
    descriptor, draft = tempfile.mkstemp(prefix=".", dir=folder)
    try:
        try:
            write_all(descriptor, content)
        finally:
            os.close(descriptor)
        Path(draft).replace(folder / name)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink(missing_ok=True)
        raise
