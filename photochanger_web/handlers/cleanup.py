"""POST /api/cleanup and /api/slots/{slot_id}/cleanup."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from photochanger_core.domain.cleanup import Leftover
from photochanger_core.domain.ids import slot_id
from photochanger_core.use_cases.cleaning import Cleaning
from photochanger_web.access import actor
from photochanger_web.keys import USE_CASES


async def everything(request: web.Request) -> web.Response:
    """Remove what is past its time, and what belongs to nobody; tell how much that was."""
    cleaning = Cleaning()
    told = await _cleaned(request, cleaning)
    media = {
        "expired": cleaning.removed[Leftover.EXPIRED_MEDIA],
        "orphans": cleaning.removed[Leftover.ORPHAN_MEDIA],
    }
    return web.json_response(told | {"media": media})


async def of_slot(request: web.Request) -> web.Response:
    """Do the same to the results of one slot."""
    cleaning = Cleaning(slot_id=slot_id(request.match_info["slot_id"]))
    told = await _cleaned(request, cleaning)
    return web.json_response({"slot_id": cleaning.slot_id} | told)


async def _cleaned(request: web.Request, cleaning: Cleaning) -> dict[str, Any]:
    was_alone = await request.app[USE_CASES].clean_up(cleaning, by=actor(request))
    return {
        "is_under_way": not was_alone,
        "results": {
            "expired": cleaning.removed[Leftover.EXPIRED_RESULTS],
            "lost": cleaning.removed[Leftover.LOST_RESULTS],
            "orphans": cleaning.removed[Leftover.ORPHAN_RESULTS],
        },
        "bytes_freed": cleaning.bytes_freed,
        "failed": cleaning.failed,
    }
