"""Remove what is past its time, when an administrator asks for it."""

from __future__ import annotations

import attrs
from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.ids import slot_id
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort

from .purge_gallery_links import PurgeGalleryLinks
from .purge_media import PurgedMedia, PurgeMedia
from .purge_results import Purged, PurgeResults


@frozen(kw_only=True)
class CleanedUp:
    """What was removed; of one slot only results.

    Attributes:
        media: Pictures that are lent or uploaded belong to no slot in particular.
    """

    results: Purged
    media: PurgedMedia | None


@frozen(kw_only=True)
class CleanUp:
    """Remove what is past its time, when an administrator asks for it.

    What could be removed is removed, and not noted, if something else cannot be.
    """

    purge_results: PurgeResults
    purge_media: PurgeMedia
    purge_gallery_links: PurgeGalleryLinks
    audit: AuditPort
    clock: ClockPort

    async def __call__(self, text: str | None = None, *, by: Actor) -> CleanedUp:
        """Return how much was removed, of all slots or of the one with the id *text*.

        Raises:
            SlotNotFound: If there is no such slot.
            QueueUnavailable, StorageUnavailable: As the purges.
        """
        slot = None if text is None else slot_id(text)
        done = CleanedUp(
            results=await self.purge_results(slot),
            media=await self.purge_media() if slot is None else None,
        )
        if slot is None:
            await self.purge_gallery_links()
        await self.audit.note(
            AuditEntry(
                at=self.clock.now(),
                actor=by,
                action=AuditAction.CLEANED_UP,
                subject=slot or "media",
                details=attrs.asdict(done),
            )
        )
        return done
