"""POST /api/cleanup and /api/slots/{slot_id}/cleanup."""

from __future__ import annotations

import attrs
from aiohttp import web

from photochanger_web.access import actor
from photochanger_web.keys import USE_CASES


async def everything(request: web.Request) -> web.Response:
    """Remove what is past its time, and what belongs to nobody; tell how much that was."""
    done = await request.app[USE_CASES].clean_up(by=actor(request))
    return web.json_response(attrs.asdict(done))


async def of_slot(request: web.Request) -> web.Response:
    """Do the same to the results of one slot."""
    slot_id = request.match_info["slot_id"]
    done = await request.app[USE_CASES].clean_up(slot_id, by=actor(request))
    return web.json_response({"slot_id": slot_id, "results": attrs.asdict(done.results)})
