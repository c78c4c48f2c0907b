"""GET /public/slots/{slot_id}."""

from __future__ import annotations

from aiohttp import web

from photochanger_core.use_cases.show_gallery import GalleryView
from photochanger_web.keys import USE_CASES
from photochanger_web.result_json import result_json


async def gallery(request: web.Request) -> web.Response:
    """Tell of a slot's latest pictures."""
    view = await request.app[USE_CASES].show_gallery(
        request.match_info["slot_id"], key=request.query.get("key")
    )
    return web.json_response(_as_json(request, view))


def _as_json(request: web.Request, view: GalleryView) -> dict[str, object]:
    return {
        "slot_id": view.slot.slot_id,
        "display_name": view.slot.display_name,
        "results": [result_json(request, job, view.at) for job in view.jobs],
    }
