"""Open a picture that was taken in for a while."""

from __future__ import annotations

from contextlib import suppress

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import (
    MediaExpired,
    MediaNotFound,
    QueueUnavailable,
    StorageUnavailable,
)
from photochanger_core.domain.ids import media_id
from photochanger_core.domain.media import MediaUse
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort

from .purge_media import PurgeMedia


@frozen(kw_only=True)
class OpenUpload:
    """Open a picture that was taken in for a while; its time is checked on every read."""

    rows: MediaRepoPort
    objects: ObjectStorePort
    clock: ClockPort
    purge_media: PurgeMedia

    async def __call__(self, text: str) -> Blob:
        """Return the picture with the id *text*, to be closed.

        Raises:
            MediaNotFound: If no such picture was ever taken in.
            MediaExpired: If its time is over; its file is removed then.
            QueueUnavailable, StorageUnavailable: If it cannot be read.
        """
        media = await self.rows.get(media_id(text))
        if media.use is not MediaUse.UPLOAD:
            raise MediaNotFound
        if media.is_gone(self.clock.now()):
            if media.cleaned_at is None:
                with suppress(QueueUnavailable, StorageUnavailable):
                    await self.purge_media.one(media)
            raise MediaExpired
        try:
            return await self.objects.open(media)
        except MediaNotFound as error:  # its time was over this moment
            raise MediaExpired from error
