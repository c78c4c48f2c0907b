"""GET /static/{file}."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiohttp import web

from photochanger_web.documents import Document

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
}

# Read once: what is not there at the start is never served, whatever the path says.
_FILES: Final = {
    path.name: Document(path.read_bytes(), _TYPES[path.suffix])
    for path in (Path(__file__).parents[1] / "static").iterdir()
}


async def static(request: web.Request) -> web.Response:
    """Hand out what pages look and work by."""
    document = _FILES.get(request.match_info["file"])
    if document is None:
        raise web.HTTPNotFound
    return document.answer(request)
