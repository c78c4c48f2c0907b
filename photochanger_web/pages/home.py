"""/: where administrators begin."""

from __future__ import annotations

from aiohttp import web

from photochanger_web.keys import CLAIMS

from .navigation import first_page
from .refusal import see_other


async def show(request: web.Request) -> web.Response:
    """Lead to the first page that whoever asks may see."""
    return see_other(first_page(request[CLAIMS].scopes))
