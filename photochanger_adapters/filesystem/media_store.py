"""Pictures in files below one folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Final

from photochanger_core.domain import ids
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import JobNotFound, ResultNotFound
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Result
from photochanger_core.domain.picture import MediaType, sniff
from photochanger_core.ports.media_store import MediaStorePort, Spool

from .folders import last_touched, make_folder, names_in, put_file, remove_folder
from .pictures import keep_picture, open_picture, payload
from .spool import FileSpool
from .threads import in_thread

RESULTS: Final = "results"
UPLOADS: Final = "uploads"
PREVIEW: Final = "preview.webp"

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
        self._results = root / RESULTS
        self._uploads = root / UPLOADS

    async def prepare(self) -> None:
        """Make the folders that are missing.

        Raises:
            StorageFull, StorageUnavailable: If that is not possible.
        """
        await in_thread(self._make_folders)

    def spool(self) -> Spool:
        return FileSpool(self._uploads)

    async def keep(self, slot_id: SlotId, job_id: JobId, picture: Blob) -> str:
        path = payload(self._folder(slot_id, job_id), picture.media_type)
        await keep_picture(path, picture)
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

    async def discard(self, slot_id: SlotId, job_id: JobId) -> None:
        await in_thread(self._remove, self._folder(slot_id, job_id))

    async def kept_before(self, moment: datetime) -> AsyncIterator[tuple[SlotId, JobId]]:
        for slot_id in await in_thread(self._slots):
            for job_id in await in_thread(self._untouched, slot_id, moment.timestamp()):
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

    def _remove(self, folder: Path) -> None:
        try:
            remove_folder(folder)
        except FileNotFoundError:
            self._check_disk()

    def _check_disk(self) -> None:
        self._results.stat()  # raises if the disk is away

    def _slots(self) -> list[SlotId]:
        return [ids.slot_id(name) for name in names_in(self._results) if name in ids.SLOT_IDS]

    def _untouched(self, slot_id: SlotId, moment: float) -> list[JobId]:
        folder = self._results / slot_id
        return [job for job in _jobs(folder) if last_touched(folder / job) < moment]


def _jobs(folder: Path) -> Iterator[JobId]:
    for name in names_in(folder):
        with suppress(JobNotFound):
            yield ids.job_id(name)
