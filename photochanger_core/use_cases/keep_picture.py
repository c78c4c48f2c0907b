"""Keep a picture that an administrator sends, as a media object."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from attrs import evolve, frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import MediaNotFound, QueueBusy, StorageUnavailable
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort

from .draw_picture import DrawPicture

_SECONDS: Final = 15.0


@frozen(kw_only=True)
class Registered:
    """A picture that was sent, and whether it is kept because of that."""

    media: MediaObject
    is_new: bool


@frozen(kw_only=True)
class KeepPicture:
    """Keep a picture that an administrator sends, checked and stripped as a guest's photo is.

    The file first, the row after: a crash in between leaves a file that the purge removes.
    """

    rows: MediaRepoPort
    objects: ObjectStorePort
    clock: ClockPort
    draw_picture: DrawPicture
    new_media_id: Callable[[], MediaId]

    async def prepared(self, picture: Blob, *, max_edge: int, max_bytes: int, name: str) -> Blob:
        """Return *picture* as it may be kept, to be closed.

        Args:
            picture: As it came; it stays the caller's.
            max_edge: In pixels, of the longer side.
            max_bytes: What has more becomes a JPEG.
            name: What the caller calls it, for the error.

        Raises:
            UnsupportedMediaType, PayloadTooLarge, InvalidRequest: If it is no picture to be used.
            QueueBusy: If too many other pictures are being looked at.
            StorageFull, StorageUnavailable: If there is no place for it.
        """
        try:
            prepared, _ = await self.draw_picture.of_photo(
                picture, max_edge=max_edge, max_bytes=max_bytes, seconds=_SECONDS, name=name
            )
        except DeadlinePassed:
            raise QueueBusy("too many pictures are being looked at") from None
        return prepared

    async def mend(self, media: MediaObject, picture: Blob) -> None:
        """Keep *picture*, which is that of *media*, again if its file was lost or damaged.

        Raises:
            StorageFull, StorageUnavailable: If it cannot be kept.
        """
        try:
            await (await self.objects.open(media)).close()
        except (MediaNotFound, StorageUnavailable):
            await self.objects.keep(media, picture)

    async def __call__(
        self, picture: Blob, use: MediaUse, *, life: timedelta | None = None
    ) -> Registered:
        """Keep *picture*, which stays the caller's; a template that is there already is returned.

        Args:
            picture: As `prepared` has returned it.
            use: What it is for.
            life: For how long; None: it stays.

        Raises:
            StorageFull, StorageUnavailable, QueueUnavailable: If it cannot be kept.
        """
        now = self.clock.now()
        media = MediaObject(
            media_id=self.new_media_id(),
            use=use,
            media_type=picture.media_type,
            size=picture.size,
            sha256=picture.sha256,
            created_at=now,
            expires_at=None if life is None else now + life,
        )
        await self.objects.keep(media, picture)
        stored = await self.rows.add(evolve(media, location=self.objects.location(media)))
        is_new = stored.media_id == media.media_id
        if not is_new:  # somebody was faster with the same picture
            await self.objects.discard(media.use, media.media_id)
        return Registered(media=stored, is_new=is_new)
