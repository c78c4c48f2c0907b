"""What every `GalleryLinksPort` promises."""

from __future__ import annotations

from photochanger_core.domain.gallery_link import link_digest
from photochanger_core.ports.gallery_links import GalleryLinksPort

from .samples import NOON, TICK

ONE, TWO = link_digest("one"), link_digest("two")


async def test_a_link_is_known_with_its_end(gallery_links: GalleryLinksPort) -> None:
    await gallery_links.add(ONE, NOON)

    assert await gallery_links.expiry(ONE) == NOON
    assert await gallery_links.expiry(ONE.upper()) is None
    assert await gallery_links.expiry(TWO) is None


async def test_one_that_is_added_again_has_a_new_end(gallery_links: GalleryLinksPort) -> None:
    await gallery_links.add(ONE, NOON)
    await gallery_links.add(ONE, NOON - TICK)

    assert await gallery_links.expiry(ONE) == NOON - TICK


async def test_those_that_were_over_before_are_forgotten(gallery_links: GalleryLinksPort) -> None:
    await gallery_links.add(ONE, NOON - TICK)
    await gallery_links.add(TWO, NOON)
    await gallery_links.purge(NOON)

    assert await gallery_links.expiry(ONE) is None
    assert await gallery_links.expiry(TWO) == NOON
