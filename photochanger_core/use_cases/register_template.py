"""Take a picture in as a template for slots."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.slot import MEGABYTE
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.media_repo import MediaRepoPort

from .keep_picture import KeepPicture, Registered

MAX_EDGE: Final = 3072
"""Pixels that the longer side of a template has at most; larger ones are scaled down."""

MAX_BYTES: Final = 10 * MEGABYTE
"""Bytes that a template has at most; larger ones become JPEGs."""


@frozen(kw_only=True)
class RegisterTemplate:
    """Take a picture in as a template for slots; the same picture is kept once, and mended."""

    rows: MediaRepoPort
    audit: AuditPort
    keep_picture: KeepPicture

    async def __call__(self, picture: Blob, *, name: str, by: Actor) -> Registered:
        """Return the template that *picture*, which stays the caller's, is or was made to.

        Args:
            picture: As it came.
            name: What the caller calls it, for the error.
            by: Who registers it.

        Raises:
            CoreError: Whatever `KeepPicture` raises.
        """
        prepared = await self.prepared(picture, name=name)
        try:
            registered = await self.keep(prepared)
        finally:
            await prepared.close()
        if registered.is_new:
            await self.note(registered.media, by=by)
        return registered

    async def prepared(self, picture: Blob, *, name: str) -> Blob:
        """Return *picture*, as in a call, as a template is kept; to be closed. Raises likewise."""
        return await self.keep_picture.prepared(
            picture, max_edge=MAX_EDGE, max_bytes=MAX_BYTES, name=name
        )

    async def keep(self, prepared: Blob) -> Registered:
        """Return the template that *prepared* is or was made to, without noting it."""
        known = await self.rows.same_template(prepared.sha256)
        if known is not None:
            await self.keep_picture.mend(known, prepared)
            return Registered(media=known, is_new=False)
        return await self.keep_picture(prepared, MediaUse.TEMPLATE)

    async def note(self, media: MediaObject, *, by: Actor) -> None:
        """Put on record that *media* was registered."""
        await self.audit.note(
            AuditEntry(
                at=media.created_at,
                actor=by,
                action=AuditAction.TEMPLATE_REGISTERED,
                subject=media.media_id,
                details={"media_type": media.media_type, "size": media.size},
            )
        )
