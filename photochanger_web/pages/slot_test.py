"""/parts/slots/{slot_id}/tests/{job_id}: what a provider had to say of a test."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from photochanger_core.domain.errors import JobNotFound
from photochanger_core.domain.job import JobSource
from photochanger_web.keys import USE_CASES

from .job_words import words_of_provider

_LAST: Final = 20
"""Tests that are looked through: whoever asks has made one of them just now."""


async def words(request: web.Request) -> web.Response:
    """Tell whoever may test the slot what its provider has answered last, in its own words.

    Guests are never told that; the list of jobs tells those who may see figures.
    """
    wanted = {"slot_id": request.match_info["slot_id"], "source": JobSource.UI_TEST, "limit": _LAST}
    page = await request.app[USE_CASES].list_jobs(wanted)
    for job in page.jobs:
        if job.job_id == request.match_info["job_id"]:
            return web.json_response({"words": words_of_provider(job)})
    raise JobNotFound
