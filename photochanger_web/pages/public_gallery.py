"""/public/slots/{slot_id} and /public/gallery/{token} for people."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from markupsafe import Markup
from yarl import URL

from photochanger_core.use_cases.show_gallery import GalleryView
from photochanger_core.use_cases.show_shared_gallery import SharedGalleryView
from photochanger_web.etags import tag_of, tagged_text
from photochanger_web.keys import USE_CASES

from .language import PARAMETER, language_of_guest
from .public_page import PUBLIC_HEADERS, render_part, render_public
from .public_pictures import shown_pictures


async def of_slot(request: web.Request) -> web.Response:
    """Show the latest pictures of a slot."""
    view = await _gallery(request)
    return _page(request, await _of_slot(request, view), title=view.slot.display_name, now=view.at)


async def pictures_of_slot(request: web.Request) -> web.Response:
    """Show the part of that page that changes by itself."""
    return _part(request, await _of_slot(request, await _gallery(request)))


async def shared(request: web.Request) -> web.Response:
    """Show the latest pictures of all slots."""
    view = await _shared_gallery(request)
    return _page(request, await _of_all(request, view), now=view.at, until=view.expires_at)


async def shared_pictures(request: web.Request) -> web.Response:
    """Show the part of that page that changes by itself."""
    return _part(request, await _of_all(request, await _shared_gallery(request)))


async def _gallery(request: web.Request) -> GalleryView:
    show = request.app[USE_CASES].show_gallery
    return await show(request.match_info["slot_id"], key=request.query.get("key"))


async def _shared_gallery(request: web.Request) -> SharedGalleryView:
    return await request.app[USE_CASES].show_shared_gallery(request.match_info["token"])


async def _of_slot(request: web.Request, view: GalleryView) -> str:
    shown = await shown_pictures(request, view.jobs)
    return render_part(request, "public_pictures.html", pictures=shown, now=view.at)


async def _of_all(request: web.Request, view: SharedGalleryView) -> str:
    shown = await shown_pictures(request, view.jobs, view.names)
    return render_part(request, "public_pictures.html", pictures=shown, now=view.at)


def _page(
    request: web.Request,
    pictures: str,
    *,
    now: datetime,
    title: str | None = None,
    until: datetime | None = None,
) -> web.Response:
    return render_public(
        request,
        "public_gallery.html",
        title=title,
        until=until,
        now=now,
        pictures=Markup(pictures),  # noqa: S704 - made by a template
        tag=tag_of(pictures),
        live=_live(request),
    )


def _part(request: web.Request, pictures: str) -> web.Response:
    response = tagged_text(request, pictures, "text/html")
    response.headers.update(PUBLIC_HEADERS)
    return response


def _live(request: web.Request) -> str:
    """Return where the page's pictures are read again, in its language."""
    key = request.query.get("key")
    query = {PARAMETER: language_of_guest(request), **({} if key is None else {"key": key})}
    return str(URL(f"{request.rel_url.raw_path}/pictures", encoded=True).with_query(query))
