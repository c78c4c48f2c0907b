"""Nobody asks too fast."""

from __future__ import annotations

from functools import wraps

from aiohttp import web
from aiohttp.typedefs import Handler

from photochanger_core.use_cases.limit_requests import RequestKind

from .address import client_address
from .keys import USE_CASES


def limited(handler: Handler, kind: RequestKind) -> Handler:
    """Return *handler* for those who do not make too many requests of *kind*."""

    @wraps(handler)
    async def within_the_rate(request: web.Request) -> web.StreamResponse:
        await request.app[USE_CASES].limit_requests(kind, client_address(request))
        return await handler(request)

    return within_the_rate
