"""Links for guests and providers."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from photochanger_core.domain.ids import JobId, MediaId

from .host import own_url
from .keys import CONFIG

PROVIDER_MEDIA: Final = "/public/provider-media/{media_id}"
"""The route at which providers fetch pictures."""


def provider_media_url(base: str, media_id: MediaId) -> str:
    """Return the link to a media object on the server whose public address is *base*."""
    return base + PROVIDER_MEDIA.format(media_id=media_id)


def result_url(request: web.Request, job_id: JobId) -> str:
    """Return the public link of a job's picture."""
    return _public_url(request, "result", job_id)


def preview_url(request: web.Request, job_id: JobId) -> str:
    """Return the public link of the small picture of a job's picture."""
    return _public_url(request, "preview", job_id)


def _public_url(request: web.Request, route: str, job_id: JobId) -> str:
    base = request.app[CONFIG].public_base_url or own_url(request)
    return f"{base}{request.app.router[route].url_for(job_id=job_id)}"
