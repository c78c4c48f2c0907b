"""Take a picture in as a template for slots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import evolve, frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import MediaNotFound, QueueBusy, StorageUnavailable
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.slot import MEGABYTE
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort

from .draw_picture import DrawPicture

MAX_EDGE: Final = 3072
"""Pixels that the longer side of a template has at most; larger ones are scaled down."""

MAX_BYTES: Final = 10 * MEGABYTE
"""Bytes that a template has at most; larger ones become JPEGs."""

_SECONDS: Final = 15.0


@frozen(kw_only=True)
class RegisterTemplate:
    """Take a picture in as a template for slots; the same picture is kept once, and mended.

    It is checked and stripped as a guest's photo is. The file first, the row after: a crash in
    between leaves a file that the purge removes.
    """

    rows: MediaRepoPort
    objects: ObjectStorePort
    clock: ClockPort
    draw_picture: DrawPicture
    new_media_id: Callable[[], MediaId]

    async def __call__(self, picture: Blob, *, name: str) -> MediaObject:
        """Return the template that *picture*, which stays the caller's, is or was made to.

        Args:
            picture: As it came.
            name: What the caller calls it, for the error.

        Raises:
            UnsupportedMediaType, PayloadTooLarge, InvalidRequest: If it is no picture to be used.
            QueueBusy: If too many other pictures are being looked at.
            StorageFull, StorageUnavailable, QueueUnavailable: If it cannot be kept.
        """
        try:
            prepared, _ = await self.draw_picture.of_photo(
                picture, max_edge=MAX_EDGE, max_bytes=MAX_BYTES, seconds=_SECONDS, name=name
            )
        except DeadlinePassed:
            raise QueueBusy("too many pictures are being looked at") from None
        try:
            known = await self.rows.same_template(prepared.sha256)
            if known is None:
                return await self._keep(prepared)
            if not await self._is_there(known):
                await self.objects.keep(known, prepared)
            return known
        finally:
            await prepared.close()

    async def _is_there(self, media: MediaObject) -> bool:
        """Whether the file is there and whole: somebody may have lost or damaged it."""
        try:
            await (await self.objects.open(media)).close()
        except (MediaNotFound, StorageUnavailable):
            return False
        return True

    async def _keep(self, picture: Blob) -> MediaObject:
        media = MediaObject(
            media_id=self.new_media_id(),
            use=MediaUse.TEMPLATE,
            media_type=picture.media_type,
            size=picture.size,
            sha256=picture.sha256,
            created_at=self.clock.now(),
        )
        await self.objects.keep(media, picture)
        stored = await self.rows.add(evolve(media, location=self.objects.location(media)))
        if stored.media_id != media.media_id:  # somebody was faster with the same picture
            await self.objects.discard(media.use, media.media_id)
        return stored
