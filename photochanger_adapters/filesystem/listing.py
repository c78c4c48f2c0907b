"""Folders with any number of entries, a few at a time."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from .threads import in_thread

_AT_ONCE: Final = 256


async def entries(folder: Path) -> AsyncIterator[Sequence[os.DirEntry[str]]]:
    """Yield what is in *folder*, some entries at a time; which come first is not said.

    What is removed, or made, meanwhile may be among them or not.

    Raises:
        StorageUnavailable: If the folder is not there, or cannot be read.
    """
    scan = await in_thread(os.scandir, folder)
    try:
        while some := await in_thread(_some, scan):
            yield some
    finally:
        scan.close()


def _some(scan: Iterator[os.DirEntry[str]]) -> Sequence[os.DirEntry[str]]:
    return list(islice(scan, _AT_ONCE))
