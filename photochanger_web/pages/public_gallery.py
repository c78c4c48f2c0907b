"""/public/slots/{slot_id} and /public/gallery/{token} for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aiohttp import web
from yarl import URL

from photochanger_core.use_cases.show_gallery import GalleryView
from photochanger_core.use_cases.show_shared_gallery import SharedGalleryView
from photochanger_web.etags import tagged_text
from photochanger_web.keys import USE_CASES

from .language import PARAMETER, language_of_guest
from .public_page import PUBLIC_HEADERS, render_part, render_public
from .public_pictures import ShownPicture, shown_picture

_PAGE: Final = "public_gallery.html"
_PICTURES: Final = "public_pictures.html"


async def of_slot(request: web.Request) -> web.Response:
    """Show the latest pictures of a slot."""
    view = await _gallery(request)
    return render_public(
        request,
        _PAGE,
        title=view.slot.display_name,
        until=None,
        now=view.at,
        pictures=_of_slot(request, view),
        live=_live(request, key=request.query.get("key")),
    )


async def pictures_of_slot(request: web.Request) -> web.Response:
    """Show the part of that page that changes by itself."""
    view = await _gallery(request)
    return _part(request, pictures=_of_slot(request, view), now=view.at)


async def shared(request: web.Request) -> web.Response:
    """Show the latest pictures of all slots."""
    view = await _shared_gallery(request)
    return render_public(
        request,
        _PAGE,
        title=None,
        until=view.expires_at,
        now=view.at,
        pictures=_of_all(request, view),
        live=_live(request),
    )


async def shared_pictures(request: web.Request) -> web.Response:
    """Show the part of that page that changes by itself."""
    view = await _shared_gallery(request)
    return _part(request, pictures=_of_all(request, view), now=view.at)


async def _gallery(request: web.Request) -> GalleryView:
    show = request.app[USE_CASES].show_gallery
    return await show(request.match_info["slot_id"], key=request.query.get("key"))


async def _shared_gallery(request: web.Request) -> SharedGalleryView:
    return await request.app[USE_CASES].show_shared_gallery(request.match_info["token"])


def _of_slot(request: web.Request, view: GalleryView) -> Sequence[ShownPicture]:
    return [shown_picture(request, job) for job in view.jobs]


def _of_all(request: web.Request, view: SharedGalleryView) -> Sequence[ShownPicture]:
    return [shown_picture(request, job, source=view.names[job.slot_id]) for job in view.jobs]


def _part(request: web.Request, **values: object) -> web.Response:
    response = tagged_text(request, render_part(request, _PICTURES, **values), "text/html")
    response.headers.update(PUBLIC_HEADERS)
    return response


def _live(request: web.Request, *, key: str | None = None) -> str:
    """Return where the page's pictures are read again, in its language."""
    query = {PARAMETER: language_of_guest(request), **({} if key is None else {"key": key})}
    return str(URL(request.rel_url.raw_path + "/pictures", encoded=True).with_query(query))
