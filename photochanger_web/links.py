"""Links for guests and providers."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from photochanger_core.domain.ids import JobId, MediaId, SlotId
from photochanger_core.domain.slot import Gallery, Slot

from .host import own_url
from .keys import CONFIG

RESULT: Final = "result"
RESULT_PAGE: Final = "result_page"
PREVIEW: Final = "preview"
"""Names of public routes."""

PROVIDER_MEDIA: Final = "/public/provider-media/{media_id}"
"""The route at which providers fetch pictures."""


def provider_media_url(base: str, media_id: MediaId) -> str:
    """Return the link to a media object on the server whose public address is *base*."""
    return base + PROVIDER_MEDIA.format(media_id=media_id)


def ingest_path(slot_id: SlotId) -> str:
    """Return where booths send photos, behind the server's address."""
    return f"/ingest/{slot_id}"


def ingest_url(request: web.Request, slot_id: SlotId) -> str:
    """Return the link that a booth is given."""
    return _public_base(request) + ingest_path(slot_id)


def gallery_path(slot: Slot) -> str | None:
    """Return where a slot's gallery is, behind the server's address; None: nobody sees it."""
    path = f"/public/slots/{slot.slot_id}"
    match slot.gallery:
        case Gallery.OFF:
            return None
        case Gallery.OPEN:
            return path
    return f"{path}?key={slot.gallery_key}"


def gallery_url(request: web.Request, slot: Slot) -> str | None:
    """Return the public link of a slot's gallery; None: nobody sees it."""
    path = gallery_path(slot)
    return None if path is None else _public_base(request) + path


def result_url(request: web.Request, job_id: JobId) -> str:
    """Return the public link of a job's picture."""
    return _public_url(request, RESULT, job_id=job_id)


def result_page_url(request: web.Request, job_id: JobId) -> str:
    """Return the public link of the page that shows a job's picture."""
    return _public_url(request, RESULT_PAGE, job_id=job_id)


def preview_url(request: web.Request, job_id: JobId) -> str:
    """Return the public link of the small picture of a job's picture."""
    return _public_url(request, PREVIEW, job_id=job_id)


def shared_gallery_url(request: web.Request, token: str) -> str:
    """Return the public link of the gallery of all slots."""
    return _public_url(request, "shared_gallery", token=token)


def public_path(request: web.Request, route: str, **names: str) -> str:
    """Return where the public route called *route* is, behind the server's address."""
    return str(request.app.router[route].url_for(**names))


def _public_url(request: web.Request, route: str, **names: str) -> str:
    return _public_base(request) + public_path(request, route, **names)


def _public_base(request: web.Request) -> str:
    return request.app[CONFIG].public_base_url or own_url(request)
