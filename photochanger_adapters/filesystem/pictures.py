"""Pictures in files that have a name."""

from __future__ import annotations

from collections.abc import Callable
from io import FileIO
from pathlib import Path

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.picture import MediaType

from .blob import FILE_BLOB, FileBlob
from .draft import Draft
from .handle import Handle
from .threads import in_thread, let_go


def payload(folder: Path, media_type: MediaType) -> Path:
    """Return where the picture of *folder* lies."""
    return folder / f"payload.{media_type.extension}"


class Keeper:
    """Keeps pictures in files, below folders that may be made for the first of them."""

    def __init__(self) -> None:
        self._durable: set[Path] = set()

    async def keep(self, path: Path, picture: Blob) -> None:
        """Write *picture* to *path*, whose folder is its own; it is there durably, or not at all.

        Raises:
            StorageFull, StorageUnavailable: If it cannot be written.
        """
        draft = Draft(path.parent, path.name, self._durable)
        try:
            if isinstance(picture, FileBlob):
                await in_thread(_copy, draft, picture)
            else:
                await _put_in_pieces(draft, picture)
        except BaseException:
            await let_go(draft.undo)
            raise


def _copy(draft: Draft, picture: FileBlob) -> None:
    draft.begin()
    picture.copy(draft.write)
    draft.publish()


async def _put_in_pieces(draft: Draft, picture: Blob) -> None:
    await in_thread(draft.begin)
    async for chunk in picture.chunks():
        await in_thread(draft.write, chunk)
    await in_thread(draft.publish)


async def open_picture(
    opener: Callable[[], FileIO], *, media_type: MediaType, size: int, sha256: str
) -> Blob:
    """Return the picture in the file that *opener* opens, which is as the rest says.

    Raises:
        StorageUnavailable: If it cannot be read, or has not this size.
    """
    handle = Handle(opener)
    try:
        found = await in_thread(handle.size)
        if found != size:
            raise StorageUnavailable(f"the file has {found} bytes, not {size}")
    except BaseException:
        await let_go(handle.close)
        raise
    return FILE_BLOB(handle=handle, size=size, sha256=sha256, media_type=media_type)
