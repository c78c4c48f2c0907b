"""Show the latest pictures of all slots to whoever has a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import frozen

from photochanger_core.domain.errors import GalleryLinkExpired, GalleryLinkNotFound
from photochanger_core.domain.gallery_link import has_ended, link_digest
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import Job
from photochanger_core.domain.slot import Gallery
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.gallery_links import GalleryLinksPort
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort


@frozen(kw_only=True)
class SharedGalleryView:
    """The latest pictures of all slots, the youngest first, as they were *at* a moment.

    Attributes:
        names: What the slots are called whose pictures may be among them.
        expires_at: The last instant at which the link leads here.
    """

    jobs: Sequence[Job]
    names: Mapping[SlotId, str]
    expires_at: datetime
    at: datetime


@frozen(kw_only=True)
class ShowSharedGallery:
    """Show the latest pictures of all slots to whoever has a link.

    Slots whose gallery is off are left out: what is nobody's to see is not shown by the way. A
    link like this one stands in for the keys of the others.
    """

    links: GalleryLinksPort
    slots: SlotRepoPort
    settings: SettingsRepoPort
    results: ResultRepoPort
    clock: ClockPort

    async def __call__(self, token: str) -> SharedGalleryView:
        """Return the gallery to which the link with *token* leads.

        Raises:
            GalleryLinkNotFound: If there is no such link, or it ended long ago.
            GalleryLinkExpired: If its time is over.
            QueueUnavailable: If it cannot be read.
        """
        expires_at = await self._expiry(token)
        names = {
            slot.slot_id: slot.display_name
            for slot in await self.slots.all()
            if slot.gallery is not Gallery.OFF
        }
        limit = (await self.settings.read()).gallery_limit
        now = self.clock.now()
        jobs = await self.results.latest(names, now, limit)
        return SharedGalleryView(jobs=jobs, names=names, expires_at=expires_at, at=now)

    async def _expiry(self, token: str) -> datetime:
        expires_at = await self.links.expiry(link_digest(token))
        if expires_at is None:
            raise GalleryLinkNotFound
        if has_ended(expires_at, self.clock.now()):
            raise GalleryLinkExpired
        return expires_at
