"""Forget links to the gallery that ended long ago."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.gallery_link import LINK_MEMORY
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.gallery_links import GalleryLinksPort


@frozen(kw_only=True)
class PurgeGalleryLinks:
    """Forget links to the gallery that ended long ago; until then they are told from typos."""

    links: GalleryLinksPort
    clock: ClockPort

    async def __call__(self) -> None:
        """Do so.

        Raises:
            QueueUnavailable: If that cannot be done now.
        """
        await self.links.purge(self.clock.now() - LINK_MEMORY)
