"""Pages are there at once, also at a venue with a slow network."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from aiohttp import hdrs

from photochanger_web.pages.routes import PAGES

from .booth import Reply
from .running_site import Site
from .visitor import Visitor

MOST: Final = 100_000
"""Bytes that come until a page works, without its pictures."""

GZIP: Final = "accept-encoding: gzip"
FOR_GOOD: Final = "public, max-age=31536000, immutable"

LOADED: Final = re.compile(
    r'<(?:link rel="(?:stylesheet|modulepreload|icon)" href|script type="module" src)="([^"]+)"'
)
NAMES: Final = {"slot_id": "slot-001", "name": "gemini"}


async def test_every_page_is_small(site: Site, serg: Visitor) -> None:
    for path in sorted(path for method, path in site.app[PAGES] if method == hdrs.METH_GET):
        where = path.format_map(defaultdict(lambda: "x", NAMES))
        assert await bytes_of(serg, where) <= MOST, path


async def bytes_of(who: Visitor, path: str) -> int:
    """Return what a browser loads that has never been here."""
    page = await who.get(path, extra=[GZIP])
    files = {*LOADED.findall((await who.get(path)).body.decode())}
    return len(page.body) + sum([await size_of(who, file) for file in sorted(files)])


async def size_of(who: Visitor, file: str) -> int:
    reply: Reply = await who.get(file, extra=[GZIP])
    assert (reply.status, reply.headers["cache-control"]) == (200, FOR_GOOD), file
    assert reply.headers["content-encoding"] == "gzip"
    return len(reply.body)
