"""POST /api/providers/{name}/test."""

from __future__ import annotations

from aiohttp import web

from photochanger_web.keys import USE_CASES


async def check_provider(request: web.Request) -> web.Response:
    """Tell whether a provider would take orders now: 200 whatever it says."""
    check = await request.app[USE_CASES].check_provider(request.match_info["name"])
    if check.failure is None:
        return web.json_response({"status": "ok"})
    return web.json_response(
        {"status": "failed", "failure_reason": check.failure, "detail": check.detail}
    )
