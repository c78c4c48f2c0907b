"""/public/results/{job_id}/page: a guest's picture, to look at and to take home."""

from __future__ import annotations

from aiohttp import web

from photochanger_web.keys import USE_CASES

from .public_page import render_public
from .public_pictures import shown_picture


async def show(request: web.Request) -> web.Response:
    """Show a picture, for as long as it is there."""
    view = await request.app[USE_CASES].show_result(request.match_info["job_id"])
    picture = shown_picture(request, view.job)
    return render_public(request, "public_result.html", picture=picture, now=view.at)
