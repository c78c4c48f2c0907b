"""GET /api/events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from photochanger_core.use_cases.watch_changes import Watch
from photochanger_web.event_stream import RETRY, encoded
from photochanger_web.keys import DRAINING, MAY_STILL, USE_CASES

_WRITE_SECONDS: Final = 15.0
"""What taking an event may last. Whoever takes longer comes again, and reads everything anew."""

_HEADERS: Final = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep events until it has a page of them
}


async def events(request: web.Request) -> web.StreamResponse:
    """Tell what changes, until one of the two leaves, or may not look on any more."""
    response = web.StreamResponse(headers=_HEADERS)
    with request.app[USE_CASES].watch_changes(request[MAY_STILL]) as watch:
        async with request.app[DRAINING].until_leaving():
            await response.prepare(request)
            await _tell(request, response, watch)
    return response


async def _tell(request: web.Request, response: web.StreamResponse, watch: Watch) -> None:
    await response.write(RETRY)
    async for change in watch:
        async with _patience(request):
            await response.write(encoded(change))


@asynccontextmanager
async def _patience(request: web.Request) -> AsyncIterator[None]:
    """Hang up on whoever does not take within `_WRITE_SECONDS` what is written inside."""
    limit = asyncio.timeout(_WRITE_SECONDS)
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise
        if request.transport is not None:
            request.transport.abort()  # to close it would wait for the reader
        raise ConnectionResetError("reads too slowly") from error
