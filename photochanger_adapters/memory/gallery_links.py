"""Links to the gallery of all slots in a dict."""

from __future__ import annotations

from datetime import datetime

from attrs import define, field

from photochanger_core.ports.gallery_links import GalleryLinksPort


@define
class MemoryGalleryLinks(GalleryLinksPort):
    """Links to the gallery of all slots in a dict.

    Attributes:
        expiries: When links end, by their digests.
    """

    expiries: dict[str, datetime] = field(factory=dict, init=False)

    async def add(self, digest: str, expires_at: datetime) -> None:
        self.expiries[digest] = expires_at

    async def expiry(self, digest: str) -> datetime | None:
        return self.expiries.get(digest)

    async def purge(self, before: datetime) -> None:
        self.expiries = {one: at for one, at in self.expiries.items() if at >= before}
