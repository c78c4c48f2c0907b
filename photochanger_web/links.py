"""Links for guests."""

from __future__ import annotations

from aiohttp import web

from photochanger_core.domain.ids import JobId

from .host import own_url
from .keys import CONFIG


def result_url(request: web.Request, job_id: JobId) -> str:
    """Return the public link of a job's picture."""
    return _public_url(request, "result", job_id)


def preview_url(request: web.Request, job_id: JobId) -> str:
    """Return the public link of the small picture of a job's picture."""
    return _public_url(request, "preview", job_id)


def _public_url(request: web.Request, route: str, job_id: JobId) -> str:
    base = request.app[CONFIG].public_base_url or own_url(request)
    return f"{base}{request.app.router[route].url_for(job_id=job_id)}"
