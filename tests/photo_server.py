"""A small server with the pictures of a guest, and with what only looks like them."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web
from aiohttp.test_utils import TestServer

from photochanger_adapters.simulators.turbotext_fetching import FETCH_LIMIT
from photochanger_core.domain.picture import MediaType
from tests.pictures import exif, picture

GUEST: Final = picture(MediaType.JPEG, size=(300, 200), exif=exif(1))
STYLE: Final = picture(MediaType.PNG, size=(100, 200))
WEBP: Final = picture(MediaType.WEBP, size=(200, 200))

SERVED: Final[Mapping[str, tuple[bytes, str]]] = {
    "guest.jpg": (GUEST, "image/jpeg"),
    "style.png": (STYLE, "image/png"),
    "square.webp": (WEBP, "image/webp"),
    "parameter": (GUEST, "image/jpeg; name=photo"),
    "mislabelled": (GUEST, "image/png"),
    "unlabelled": (GUEST, "application/octet-stream"),
    "words": (b"<html>Sign in to the network</html>", "text/html"),
    "words.jpg": (b"<html>Sign in to the network</html>", "image/jpeg"),
    "empty.jpg": (b"", "image/jpeg"),
    "broken.jpg": (b"\xff\xd8\xffno picture", "image/jpeg"),
    "large.jpg": (GUEST + bytes(FETCH_LIMIT - len(GUEST)), "image/jpeg"),
    "too_large.jpg": (GUEST + bytes(FETCH_LIMIT + 1 - len(GUEST)), "image/jpeg"),
}


@asynccontextmanager
async def photo_server() -> AsyncIterator[str]:
    """Serve until the block ends, and yield the base URL, with a slash at its end."""
    app = web.Application()
    app.router.add_get("/moved.jpg", _move)
    app.router.add_get("/packed.jpg", _pack)
    app.router.add_get("/half.jpg", _break_off)
    app.router.add_get("/never.jpg", _never)
    app.router.add_get("/{name}", _serve)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def _serve(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in SERVED:
        raise web.HTTPNotFound
    content, label = SERVED[name]
    return web.Response(body=content, headers={"Content-Type": label})


async def _move(_: web.Request) -> web.Response:
    raise web.HTTPFound("/guest.jpg")


async def _pack(_: web.Request) -> web.Response:
    headers = {"Content-Type": "image/jpeg", "Content-Encoding": "gzip"}
    return web.Response(body=gzip.compress(GUEST), headers=headers)


async def _break_off(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    answer.content_length = len(GUEST)
    await answer.prepare(request)
    await answer.write(GUEST[:100])
    assert request.transport is not None
    request.transport.close()
    return answer


async def _never(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError
