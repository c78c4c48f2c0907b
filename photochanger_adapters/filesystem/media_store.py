"""Pictures in files below one folder."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Final

from photochanger_core.domain import ids
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import JobNotFound, ResultNotFound, StorageUnavailable
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, Result
from photochanger_core.domain.picture import MediaType, sniff
from photochanger_core.ports.media_store import MediaStorePort, Removed, Spool, Stored

from .folders import folder_size, last_touched, make_folder, names_in, put_file, remove_folder
from .listing import entries
from .pictures import Keeper, open_picture, payload
from .spool import SPOOL
from .threads import complaint, in_thread

RESULTS: Final = "results"
UPLOADS: Final = "uploads"
PREVIEW: Final = "preview.webp"

_REMOVED_AT_ONCE: Final = 64
"""Results that are removed at one go: who is interrupted waits for no more than these."""

PREVIEW_LIMIT: Final = 4 * 1024 * 1024
"""Bytes read of a preview at most; those we make have some ten thousand."""


class FileMediaStore(MediaStorePort):
    """Results in `results/{slot_id}/{job_id}/payload.{ext}` below *root*; uploads have no name.

    The location of a result is its path below *root*; its preview lies beside it. Folders and
    files are for this user only. `prepare` comes first, once; folders missing later mean that
    the disk is away.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._keeper = Keeper()
        self._results = root / RESULTS
        self._uploads = root / UPLOADS

    async def prepare(self) -> None:
        """Make the folders that are missing.

        Raises:
            StorageFull, StorageUnavailable: If that is not possible.
        """
        await in_thread(self._make_folders)

    def spool(self) -> Spool:
        return SPOOL(self._uploads)

    async def keep(self, slot_id: SlotId, job_id: JobId, picture: Blob) -> str:
        path = payload(self._folder(slot_id, job_id), picture.media_type)
        await self._keeper.keep(path, picture)
        return str(path.relative_to(self._root))

    async def open(self, slot_id: SlotId, job_id: JobId, result: Result) -> Blob:
        path = payload(self._folder(slot_id, job_id), result.media_type)
        return await open_picture(
            partial(self._opened, path),
            media_type=result.media_type,
            size=result.size,
            sha256=result.sha256,
        )

    async def keep_preview(self, slot_id: SlotId, job_id: JobId, preview: Blob) -> None:
        content = b"".join([chunk async for chunk in preview.chunks()])
        await in_thread(self._put_preview, self._folder(slot_id, job_id), content)

    async def open_preview(self, slot_id: SlotId, job_id: JobId) -> Blob:
        return await in_thread(self._preview, self._folder(slot_id, job_id) / PREVIEW)

    async def discard(self, slot_id: SlotId, job_id: JobId) -> int:
        return await in_thread(self._remove, self._folder(slot_id, job_id))

    async def discard_all(self, which: Sequence[Stored]) -> Sequence[Removed]:
        folders = [self._folder(*one) for one in which]
        removed = list[Removed]()
        for start in range(0, len(folders), _REMOVED_AT_ONCE):
            some = folders[start : start + _REMOVED_AT_ONCE]
            removed += await in_thread(self._remove_all, some)
        return removed

    async def size_of(self, slot_id: SlotId, job_id: JobId) -> int:
        return await in_thread(folder_size, self._folder(slot_id, job_id))

    async def lost(self, jobs: Sequence[Job]) -> Collection[JobId]:
        return await in_thread(self._lost, jobs)

    async def kept_before(self, moment: datetime) -> AsyncIterator[Stored]:
        for slot_id in await in_thread(self._slots):
            async for some in entries(self._results / slot_id):
                for job_id in await in_thread(_untouched, some, moment.timestamp()):
                    yield slot_id, job_id

    def _folder(self, slot_id: SlotId, job_id: JobId) -> Path:
        return self._results / ids.slot_id(slot_id) / ids.job_id(job_id)

    def _make_folders(self) -> None:
        for folder in (self._results, self._uploads):
            make_folder(folder)

    def _opened(self, path: Path) -> FileIO:
        try:
            return path.open("rb", buffering=0)
        except FileNotFoundError as error:
            self._check_disk()
            raise ResultNotFound from error

    def _put_preview(self, folder: Path, content: bytes) -> None:
        try:
            put_file(folder, PREVIEW, content)
        except FileNotFoundError:  # making the folder would bring back what was discarded
            self._check_disk()

    def _preview(self, path: Path) -> Blob:
        with self._opened(path) as file:
            content = file.read(PREVIEW_LIMIT + 1)
        if len(content) > PREVIEW_LIMIT or sniff(content) is not MediaType.WEBP:
            raise ResultNotFound  # a crash has torn it: nothing was synced
        return BytesBlob(content, MediaType.WEBP)

    def _remove(self, folder: Path) -> int:
        try:
            return remove_folder(folder)
        except FileNotFoundError:
            self._check_disk()
            return 0

    def _remove_all(self, folders: Sequence[Path]) -> list[Removed]:
        return [self._removing(folder) for folder in folders]

    def _removing(self, folder: Path) -> Removed:
        try:
            return self._remove(folder)
        except OSError as error:
            return StorageUnavailable(complaint(error))

    def _lost(self, jobs: Sequence[Job]) -> Collection[JobId]:
        lost = {job.job_id for job in jobs if not self._has_picture(job)}
        slots = {job.slot_id for job in jobs if job.job_id in lost}
        for slot_id in slots:
            if not (self._results / slot_id).is_dir():
                # Nobody removes these: the disk is another one, or a part of it is away.
                raise StorageUnavailable(f"there is no folder {RESULTS}/{slot_id}")
        return lost

    def _has_picture(self, job: Job) -> bool:
        folder = self._folder(job.slot_id, job.job_id)
        return job.result is not None and payload(folder, job.result.media_type).exists()

    def _check_disk(self) -> None:
        self._results.stat()  # raises if the disk is away

    def _slots(self) -> list[SlotId]:
        return [ids.slot_id(name) for name in names_in(self._results) if name in ids.SLOT_IDS]


def _untouched(some: Sequence[os.DirEntry[str]], moment: float) -> list[JobId]:
    return [job_id for job_id, path in _jobs(some) if last_touched(path) < moment]


def _jobs(some: Sequence[os.DirEntry[str]]) -> Iterator[tuple[JobId, Path]]:
    for entry in some:
        if not entry.is_dir(follow_symlinks=False):
            continue
        with suppress(JobNotFound):
            yield ids.job_id(entry.name), Path(entry.path)
