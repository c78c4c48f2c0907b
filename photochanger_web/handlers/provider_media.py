"""GET /public/provider-media/{media_id}."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from photochanger_web.keys import USE_CASES
from photochanger_web.pictures import send

_HEADERS: Final = {"Content-Security-Policy": "sandbox; default-src 'none'"}


async def provider_media(request: web.Request) -> web.StreamResponse:
    """Hand a guest's photo or a template out to the provider it is lent to; the id is the key."""
    picture = await request.app[USE_CASES].read_provider_media(request.match_info["media_id"])
    return await send(request, picture, _HEADERS)
