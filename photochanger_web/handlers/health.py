"""GET /healthz and /livez."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus

from aiohttp import web

from photochanger_core.use_cases.check_health import HealthStatus, ProviderState
from photochanger_web.keys import DRAINING, USE_CASES
from photochanger_web.moments import rfc3339_or_none


class Stage(StrEnum):
    """How far a server is in its life."""

    STARTING = "starting"
    SERVING = "serving"
    LEAVING = "leaving"


async def healthz(request: web.Request) -> web.Response:
    """Tell whether the service can do its work: 200, or 503 naming what fails.

    A server that leaves says so at once: whoever balances load sends nobody else.
    """
    if request.app[DRAINING].is_leaving:
        return unready(Stage.LEAVING)
    health = await request.app[USE_CASES].tell_health()
    failed = health.status is HealthStatus.FAILED
    return web.json_response(
        {
            "status": health.status,
            "stage": Stage.SERVING,
            "components": {name: reason or "ok" for name, reason in health.parts.items()},
            "providers": {name: _described(state) for name, state in health.providers.items()},
            "last_cleanup_at": rfc3339_or_none(health.last_cleanup),
        },
        status=HTTPStatus.SERVICE_UNAVAILABLE if failed else HTTPStatus.OK,
    )


def unready(stage: Stage) -> web.Response:
    """Return what is told of a server that is not there yet, or not for long: 503."""
    return web.json_response(
        {
            "status": HealthStatus.FAILED,
            "stage": stage,
            "components": {},
            "providers": {},
            "last_cleanup_at": None,
        },
        status=HTTPStatus.SERVICE_UNAVAILABLE,
    )


async def livez(_: web.Request) -> web.Response:
    """Tell that the event loop turns."""
    return alive()


def alive() -> web.Response:
    """Return what is told of a server that answers at all: 200."""
    return web.json_response({"status": "ok"})


def _described(state: ProviderState) -> dict[str, object]:
    return {
        "status": state.failure or "ok",
        "circuit": "open" if state.circuit.is_open else "closed",
        "failures_in_a_row": state.circuit.failures_in_a_row,
        "quota_left": dict(state.quota_left),
    }
