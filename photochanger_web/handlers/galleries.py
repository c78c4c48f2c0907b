"""/public/slots/{slot_id}, POST /api/gallery/share and /public/gallery/{token}."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from photochanger_core.use_cases.show_gallery import GalleryView
from photochanger_core.use_cases.show_shared_gallery import SharedGalleryView
from photochanger_web.access import actor
from photochanger_web.keys import USE_CASES
from photochanger_web.links import shared_gallery_url
from photochanger_web.moments import rfc3339
from photochanger_web.result_json import result_json


async def gallery(request: web.Request) -> web.Response:
    """Tell of the latest pictures of a slot."""
    view = await request.app[USE_CASES].show_gallery(
        request.match_info["slot_id"], key=request.query.get("key")
    )
    return web.json_response(_as_json(request, view))


async def share(request: web.Request) -> web.Response:
    """Make a link to the pictures of all slots."""
    made = await request.app[USE_CASES].share_gallery(by=actor(request))
    return web.json_response(
        {
            "url": shared_gallery_url(request, made.token),
            "token": made.token,
            "expires_at": rfc3339(made.expires_at),
        },
        status=HTTPStatus.CREATED,
    )


async def shared(request: web.Request) -> web.Response:
    """Tell of the latest pictures of all slots."""
    view = await request.app[USE_CASES].show_shared_gallery(request.match_info["token"])
    return web.json_response(_shared_as_json(request, view))


def _as_json(request: web.Request, view: GalleryView) -> dict[str, object]:
    return {
        "slot_id": view.slot.slot_id,
        "display_name": view.slot.display_name,
        "results": [result_json(request, job, view.at) for job in view.jobs],
    }


def _shared_as_json(request: web.Request, view: SharedGalleryView) -> dict[str, object]:
    return {
        "expires_at": rfc3339(view.expires_at),
        "results": [
            {
                "slot_id": job.slot_id,
                "display_name": view.names[job.slot_id],
                **result_json(request, job, view.at),
            }
            for job in view.jobs
        ],
    }
