"""Take a picture in for a while, to try slots with."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.slot import MAX_EDGE, MAX_SIZE_LIMIT

from .keep_picture import KeepPicture

UPLOAD_LIFE: Final = timedelta(hours=1)


@frozen(kw_only=True)
class RegisterUpload:
    """Take a picture in for `UPLOAD_LIFE`; the purge removes it then."""

    keep_picture: KeepPicture

    async def __call__(self, picture: Blob, *, name: str) -> MediaObject:
        """Return the media object that *picture*, which stays the caller's, was made to.

        Raises:
            CoreError: Whatever `KeepPicture` raises.
        """
        prepared = await self.keep_picture.prepared(
            picture, max_edge=MAX_EDGE, max_bytes=MAX_SIZE_LIMIT, name=name
        )
        try:
            registered = await self.keep_picture(prepared, MediaUse.UPLOAD, life=UPLOAD_LIFE)
        finally:
            await prepared.close()
        return registered.media
