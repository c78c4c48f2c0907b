"""GET /healthz and /livez."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from photochanger_web.keys import USE_CASES


async def healthz(request: web.Request) -> web.Response:
    """Tell whether the service can do its work: 200, or 503 naming what fails."""
    health = await request.app[USE_CASES].check_health()
    return web.json_response(
        {
            "status": "ok" if health.is_good else "failed",
            "components": {name: reason or "ok" for name, reason in health.parts.items()},
        },
        status=HTTPStatus.OK if health.is_good else HTTPStatus.SERVICE_UNAVAILABLE,
    )


async def livez(_: web.Request) -> web.Response:
    """Tell that the event loop turns."""
    return web.json_response({"status": "ok"})
