"""/jobs/{job_id}: all that is known of a job."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from photochanger_core.domain.account import Scope
from photochanger_core.domain.job import JobStatus
from photochanger_web.access import actor
from photochanger_web.keys import CLAIMS, USE_CASES

from .environment import render
from .job_view import shown_of
from .jobs import PART as JOBS_PART
from .jobs import slot_names
from .language import language_of_page
from .navigation import JOBS
from .public_pictures import place_of
from .refusal import see_other

PATH: Final = f"{JOBS}/{{job_id}}"
PART: Final = f"{JOBS_PART}/{{job_id}}"

_DONE: Final = "done"


async def show(request: web.Request) -> web.Response:
    """Show a job."""
    return await _page(request, "job.html")


async def part(request: web.Request) -> web.Response:
    """Show the part of the page that changes by itself."""
    return await _page(request, "job_parts.html")


async def cancel(request: web.Request) -> web.Response:
    """Stop a job; one that has ended stays as it is."""
    job = await request.app[USE_CASES].cancel_job(request.match_info["job_id"], by=actor(request))
    done = "cancelled" if job.status is JobStatus.CANCELLED else "over"
    return see_other(f"{PATH.format(job_id=job.job_id)}?{_DONE}={done}")


async def _page(request: web.Request, template: str) -> web.Response:
    view = await request.app[USE_CASES].inspect_job(request.match_info["job_id"])
    names, scopes = await slot_names(request), request[CLAIMS].scopes
    return await render(
        request,
        template,
        picture=place_of(request, view.job) if view.has_picture else None,
        shown=shown_of(view, language_of_page(request)),
        slot_name=names.get(view.job.slot_id, view.job.slot_id),
        path=PATH.format(job_id=view.job.job_id),
        live=PART.format(job_id=view.job.job_id),
        may_read_slots=Scope.SLOTS_READ in scopes,
        may_cancel=Scope.SLOTS_WRITE in scopes and view.job.is_running,
        done=request.query.get(_DONE),
    )
