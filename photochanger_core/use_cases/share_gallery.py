"""Show the pictures of all slots to whoever is given a link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import field, frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.gallery_link import LINK_LIFE, link_digest
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.gallery_links import GalleryLinksPort


@frozen(kw_only=True)
class SharedGallery:
    """A link to the gallery of all slots.

    Attributes:
        token: Who has it sees the gallery; told this once, and kept nowhere.
        expires_at: The last instant at which it leads there.
    """

    token: str = field(repr=False)
    expires_at: datetime


@frozen(kw_only=True)
class ShareGallery:
    """Show the pictures of all slots to whoever is given a link, for a quarter of an hour.

    A crash in between leaves a link that nobody has been told.
    """

    links: GalleryLinksPort
    audit: AuditPort
    clock: ClockPort
    new_key: Callable[[], str]

    async def __call__(self, *, by: Actor) -> SharedGallery:
        """Return a new link; those made before go on.

        Raises:
            QueueUnavailable: If it cannot be kept or noted.
        """
        now = self.clock.now()
        shared = SharedGallery(token=self.new_key(), expires_at=now + LINK_LIFE)
        await self.links.add(link_digest(shared.token), shared.expires_at)
        await self.audit.note(
            AuditEntry(
                at=now,
                actor=by,
                action=AuditAction.GALLERY_SHARED,
                subject="gallery",
                details={"expires_at": shared.expires_at.isoformat()},
            )
        )
        return shared
