"""Show a template."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import MediaExpired, MediaNotFound
from photochanger_core.domain.ids import media_id
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.picture import BadPicture
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort

from .draw_picture import DrawPicture


@frozen(kw_only=True)
class ReadTemplate:
    """Show a template."""

    rows: MediaRepoPort
    objects: ObjectStorePort
    draw_picture: DrawPicture

    async def __call__(self, text: str) -> MediaObject:
        """Return the template with the id *text*.

        Raises:
            MediaNotFound: If there never was one.
            MediaExpired: If it was deleted.
            QueueUnavailable: If it cannot be read.
        """
        media = await self.rows.get(media_id(text))
        if media.use is not MediaUse.TEMPLATE:
            raise MediaNotFound
        if media.cleaned_at is not None:
            raise MediaExpired
        return media

    async def preview(self, media: MediaObject) -> Blob:
        """Return a small picture of a template, to be closed.

        Raises:
            MediaNotFound: If its file is missing, or no picture any more.
            QueueBusy: If too many others are waiting for previews.
            StorageFull, StorageUnavailable: If there is no place for it, or no reading.
        """
        picture = await self.objects.open(media)
        try:
            return await self.draw_picture.preview(picture)
        except BadPicture as bad:
            raise MediaNotFound(f"no preview can be made: {bad}") from bad
        finally:
            await picture.close()
