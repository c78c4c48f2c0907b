"""GET /healthz and /livez."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from photochanger_core.use_cases.check_health import HealthStatus, ProviderState
from photochanger_web.keys import USE_CASES
from photochanger_web.moments import rfc3339_or_none


async def healthz(request: web.Request) -> web.Response:
    """Tell whether the service can do its work: 200, or 503 naming what fails."""
    health = await request.app[USE_CASES].check_health()
    failed = health.status is HealthStatus.FAILED
    return web.json_response(
        {
            "status": health.status,
            "components": {name: reason or "ok" for name, reason in health.parts.items()},
            "providers": {name: _described(state) for name, state in health.providers.items()},
            "last_cleanup_at": rfc3339_or_none(health.last_cleanup),
        },
        status=HTTPStatus.SERVICE_UNAVAILABLE if failed else HTTPStatus.OK,
    )


async def livez(_: web.Request) -> web.Response:
    """Tell that the event loop turns."""
    return web.json_response({"status": "ok"})


def _described(state: ProviderState) -> dict[str, object]:
    return {
        "status": state.failure or "ok",
        "circuit": "open" if state.circuit.is_open else "closed",
        "failures_in_a_row": state.circuit.failures_in_a_row,
        "quota_left": dict(state.quota_left),
    }
