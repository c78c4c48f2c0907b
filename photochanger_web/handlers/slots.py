"""/api/slots and /api/slots/{slot_id}."""

from __future__ import annotations

from aiohttp import web

from photochanger_core.domain.slot import Slot
from photochanger_web.access import actor
from photochanger_web.etags import tagged
from photochanger_web.json_body import read_json
from photochanger_web.keys import USE_CASES
from photochanger_web.slot_json import slot_response, summary
from photochanger_web.versions import versions_of


async def slots(request: web.Request) -> web.Response:
    """List the fifteen slots."""
    views = await request.app[USE_CASES].read_slots.all()
    return tagged(request, {"slots": [summary(view) for view in views]})


async def slot(request: web.Request) -> web.Response:
    """Tell everything of a slot but its secrets."""
    view = await request.app[USE_CASES].read_slots(request.match_info["slot_id"])
    return slot_response(request, view)


async def change(request: web.Request) -> web.Response:
    """Set what the body names, `settings` as a whole; leave the rest."""
    body = await read_json(request)
    versions = versions_of(request, body)
    changed = await request.app[USE_CASES].configure_slot(
        request.match_info["slot_id"], body, settings={}, by=actor(request), versions=versions
    )
    return await _answer(request, changed)


async def reset(request: web.Request) -> web.Response:
    """Bring a slot back to how it was after installing, switched off."""
    changed = await request.app[USE_CASES].reset_slot(
        request.match_info["slot_id"], by=actor(request), versions=versions_of(request)
    )
    return await _answer(request, changed)


async def copy(request: web.Request) -> web.Response:
    """Set a slot up as another one is, but for its name and its secrets."""
    names = request.match_info
    changed = await request.app[USE_CASES].copy_slot(
        names["slot_id"], names["other"], by=actor(request), versions=versions_of(request)
    )
    return await _answer(request, changed)


async def _answer(request: web.Request, changed: Slot) -> web.Response:
    return slot_response(request, await request.app[USE_CASES].read_slots.view(changed))
