"""Folders that survive a crash of the machine. For threads."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make *folder*, and what is missing above it, for this user only."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(0o700, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def names_in(folder: Path) -> list[str]:
    """Return what is in *folder*, in order."""
    return sorted(path.name for path in folder.iterdir())


def last_touched(folder: Path) -> float:
    """Return when something was last written in *folder*, in seconds since the epoch."""
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
    except FileNotFoundError:
        return float("inf")  # somebody is removing it this moment


def remove_folder(folder: Path) -> None:
    """Remove *folder* and the files in it; others may be doing the same.

    Raises:
        FileNotFoundError: If it was not there.
    """
    for name in names_in(folder):
        (folder / name).unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        folder.rmdir()
