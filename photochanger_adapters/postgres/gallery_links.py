"""Links to the gallery of all slots in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import frozen
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from photochanger_core.ports.gallery_links import GalleryLinksPort

from .columns import CODE, MOMENT
from .gateway import Gateway
from .statements import Statement, given
from .tables import GALLERY_LINKS

_EXPIRES_AT: Final = given("expires_at", MOMENT)
_ADD: Final = Statement.of(
    insert(GALLERY_LINKS)
    .values(digest=given("digest", CODE), expires_at=_EXPIRES_AT)
    .on_conflict_do_update(
        index_elements=[GALLERY_LINKS.c.digest], set_={"expires_at": _EXPIRES_AT}
    )
)
_FIND: Final = Statement.of(
    select(GALLERY_LINKS.c.expires_at).where(GALLERY_LINKS.c.digest == given("digest", CODE))
)
_PURGE: Final = Statement.of(
    delete(GALLERY_LINKS).where(GALLERY_LINKS.c.expires_at < given("before", MOMENT))
)


@frozen
class PgGalleryLinks(GalleryLinksPort):
    """Links to the gallery of all slots in `gallery_link`."""

    _gateway: Gateway

    async def add(self, digest: str, expires_at: datetime) -> None:
        await self._gateway.rows(_ADD, digest=digest, expires_at=expires_at)

    async def expiry(self, digest: str) -> datetime | None:
        for row in await self._gateway.rows(_FIND, digest=digest):
            expires_at: datetime = row["expires_at"]
            return expires_at
        return None

    async def purge(self, before: datetime) -> None:
        await self._gateway.rows(_PURGE, before=before)
