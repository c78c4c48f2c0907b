"""Links for guests."""

from __future__ import annotations

from aiohttp import web

from photochanger_core.domain.ids import JobId

from .host import own_url
from .keys import CONFIG


def result_url(request: web.Request, job_id: JobId) -> str:
    """Return the public link of a job's picture."""
    base = request.app[CONFIG].public_base_url or own_url(request)
    return f"{base}{request.app.router['result'].url_for(job_id=job_id)}"
