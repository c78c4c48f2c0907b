"""GET /metrics."""

from __future__ import annotations

from aiohttp import hdrs, web

from photochanger_core.domain.errors import Forbidden
from photochanger_web.address import is_let_in
from photochanger_web.keys import CONFIG, USE_CASES


async def metrics(request: web.Request) -> web.Response:
    """Show what has been counted to those who may see it."""
    if not is_let_in(request, request.app[CONFIG].metrics_allow):
        raise Forbidden
    page = await request.app[USE_CASES].show_metrics()
    return web.Response(body=page.body, headers={hdrs.CONTENT_TYPE: page.content_type})
