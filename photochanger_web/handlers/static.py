"""GET /static/{version}/{file}, and GET /static/{file}."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from photochanger_web.documents import ASK_AGAIN
from photochanger_web.static_files import FILES, VERSION

_FOR_GOOD: Final = "public, max-age=31536000, immutable"


async def static(request: web.Request) -> web.Response:
    """Hand out what pages look and work by.

    While servers of two versions run beside each other, a page of one may come here for its files:
    it gets those that there are, and not to keep.
    """
    document = FILES.get(request.match_info["file"])
    if document is None:
        raise web.HTTPNotFound
    is_named = request.match_info.get("version") == VERSION
    return document.answer(request, keep=_FOR_GOOD if is_named else ASK_AGAIN)
