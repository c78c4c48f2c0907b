"""Files of media objects below one folder."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Final

from photochanger_core.domain import ids
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import MediaNotFound
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.ports.object_store import ObjectStorePort

from .folders import folder_size, last_touched, make_folder, remove_folder
from .listing import entries
from .pictures import Keeper, open_picture, payload
from .threads import in_thread

FOLDERS: Final[Mapping[MediaUse, str]] = {
    MediaUse.TEMPLATE: "templates",
    MediaUse.PROVIDER: "provider",
    MediaUse.UPLOAD: "uploads",
}


class FileObjectStore(ObjectStorePort):
    """Media objects in `{folder of the use}/{media_id}/payload.{ext}` below *root*.

    The location of a media object is its path below *root*. Folders and files are for this user
    only. `prepare` comes first, once; folders missing later mean that the disk is away.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._keeper = Keeper()

    async def prepare(self) -> None:
        """Make the folders that are missing.

        Raises:
            StorageFull, StorageUnavailable: If that is not possible.
        """
        await in_thread(self._make_folders)

    def location(self, media: MediaObject) -> str:
        return str(self._path(media).relative_to(self._root))

    async def keep(self, media: MediaObject, picture: Blob) -> None:
        await self._keeper.keep(self._path(media), picture)

    async def open(self, media: MediaObject) -> Blob:
        return await open_picture(
            partial(self._opened, self._path(media)),
            media_type=media.media_type,
            size=media.size,
            sha256=media.sha256,
        )

    async def discard(self, use: MediaUse, media_id: MediaId) -> int:
        return await in_thread(self._remove, self._folder(use, media_id))

    async def size_of(self, use: MediaUse, media_id: MediaId) -> int:
        return await in_thread(folder_size, self._folder(use, media_id))

    async def kept_before(self, use: MediaUse, moment: datetime) -> AsyncIterator[MediaId]:
        async for some in entries(self._root / FOLDERS[use]):
            for media_id in await in_thread(_untouched, some, moment.timestamp()):
                yield media_id

    def _path(self, media: MediaObject) -> Path:
        return payload(self._folder(media.use, media.media_id), media.media_type)

    def _folder(self, use: MediaUse, media_id: MediaId) -> Path:
        return self._root / FOLDERS[use] / ids.media_id(media_id)

    def _make_folders(self) -> None:
        for name in FOLDERS.values():
            make_folder(self._root / name)

    def _opened(self, path: Path) -> FileIO:
        try:
            return path.open("rb", buffering=0)
        except FileNotFoundError as error:
            self._check_disk()
            raise MediaNotFound from error

    def _remove(self, folder: Path) -> int:
        try:
            return remove_folder(folder)
        except FileNotFoundError:
            self._check_disk()
            return 0

    def _check_disk(self) -> None:
        (self._root / FOLDERS[MediaUse.PROVIDER]).stat()  # raises if the disk is away


def _untouched(some: Sequence[os.DirEntry[str]], moment: float) -> list[MediaId]:
    return [media_id for media_id, path in _ids(some) if last_touched(path) < moment]


def _ids(some: Sequence[os.DirEntry[str]]) -> Iterator[tuple[MediaId, Path]]:
    for entry in some:
        if not entry.is_dir(follow_symlinks=False):
            continue
        with suppress(MediaNotFound):
            yield ids.media_id(entry.name), Path(entry.path)
