"""Show the latest pictures of a slot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest

from attrs import frozen

from photochanger_core.domain.errors import SlotNotFound
from photochanger_core.domain.ids import slot_id
from photochanger_core.domain.job import Job
from photochanger_core.domain.slot import Gallery, Slot
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort


@frozen(kw_only=True)
class GalleryView:
    """A slot's latest pictures, the youngest first, as they were *at* a moment."""

    slot: Slot
    jobs: Sequence[Job]
    at: datetime


@frozen(kw_only=True)
class ShowGallery:
    """Show the latest pictures of a slot to whoever may see them."""

    slots: SlotRepoPort
    settings: SettingsRepoPort
    results: ResultRepoPort
    clock: ClockPort

    async def __call__(self, text: str, *, key: str | None) -> GalleryView:
        """Return the gallery of the slot with the id *text*.

        Args:
            text: The slot's id.
            key: What the visitor's link carries.

        Raises:
            SlotNotFound: If there is no such slot, or its gallery is not for this visitor.
            QueueUnavailable: If it cannot be read.
        """
        slot = await self.slots.get(slot_id(text))
        if not _may_see(slot, key):
            raise SlotNotFound
        limit = (await self.settings.read()).gallery_limit
        now = self.clock.now()
        jobs = await self.results.latest([slot.slot_id], now, limit)
        return GalleryView(slot=slot, jobs=jobs, at=now)


def _may_see(slot: Slot, key: str | None) -> bool:
    if slot.gallery is Gallery.KEY:
        wanted = slot.gallery_key or ""
        return bool(wanted) and compare_digest((key or "").encode(), wanted.encode())
    return slot.gallery is Gallery.OPEN
