"""Half-written files and empty folders below one folder."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from photochanger_core.domain import ids
from photochanger_core.domain.errors import JobNotFound, MediaNotFound
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.stray_files import Stray, StrayFilesPort

from .folders import names_in
from .listing import entries
from .media_store import PREVIEW, RESULTS
from .object_store import FOLDERS
from .pictures import payload
from .threads import in_thread

_PICTURES: Final = frozenset(
    {PREVIEW, *(payload(Path(), media_type).name for media_type in MediaType)}
)
_Entries = Iterable[os.DirEntry[str]]
_Test = Callable[[os.DirEntry[str]], bool]

_GONE: Final = frozenset({errno.ENOENT, errno.ENOTEMPTY})


class FileStrayFiles(StrayFilesPort):
    """What lies in the folders of pictures below *root* under a name that no picture has.

    Links are removed, never followed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def found_before(self, moment: datetime) -> AsyncIterator[Stray]:
        before = moment.timestamp()
        async for some in entries(self._root / RESULTS):
            for stray in await in_thread(self._among, some, before, _is_of_a_slot):
                yield stray
        for folder in await in_thread(self._folders):
            async for some in entries(folder):
                for stray in await in_thread(self._here_and_inside, some, before):
                    yield stray

    async def remove(self, stray: Stray) -> None:
        await in_thread(_remove, self._root / stray.location)

    def _folders(self) -> Sequence[Path]:
        """Return where folders are named by ids."""
        slots = (self._root / RESULTS / slot_id for slot_id in ids.SLOT_IDS)
        objects = (self._root / name for name in FOLDERS.values())
        return [folder for folder in (*slots, *objects) if folder.is_dir()]

    def _here_and_inside(self, some: _Entries, before: float) -> list[Stray]:
        inside: list[Stray] = []
        for entry in filter(_is_of_an_id, some):
            with suppress(FileNotFoundError), os.scandir(entry.path) as files:
                inside += self._among(files, before, _is_picture)
        return [*self._among(some, before, _is_of_an_id), *inside]

    def _among(self, some: _Entries, before: float, is_known: _Test) -> list[Stray]:
        found: list[Stray] = []
        for entry in some:
            with suppress(FileNotFoundError):
                if not is_known(entry) and _is_stray(entry, before):
                    found.append(self._described(entry))
        return found

    def _described(self, entry: os.DirEntry[str]) -> Stray:
        is_folder = entry.is_dir(follow_symlinks=False)
        size = 0 if is_folder else entry.stat(follow_symlinks=False).st_size
        return Stray(str(Path(entry.path).relative_to(self._root)), size)


def _is_stray(entry: os.DirEntry[str], before: float) -> bool:
    is_old = entry.stat(follow_symlinks=False).st_mtime < before
    return is_old and not (entry.is_dir(follow_symlinks=False) and names_in(Path(entry.path)))


def _is_of_a_slot(entry: os.DirEntry[str]) -> bool:
    return entry.name in ids.SLOT_IDS


def _is_of_an_id(entry: os.DirEntry[str]) -> bool:
    for parse, no in ((ids.job_id, JobNotFound), (ids.media_id, MediaNotFound)):
        with suppress(no):
            parse(entry.name)
            return entry.is_dir(follow_symlinks=False)
    return False


def _is_picture(entry: os.DirEntry[str]) -> bool:
    return entry.name in _PICTURES


def _remove(path: Path) -> None:
    try:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        if error.errno not in _GONE:
            raise
