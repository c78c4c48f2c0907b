"""GET /public/slots/{slot_id}."""

from __future__ import annotations

import math
from datetime import datetime

from aiohttp import web

from photochanger_core.domain.job import Job
from photochanger_core.use_cases.show_gallery import GalleryView
from photochanger_web.keys import USE_CASES
from photochanger_web.links import preview_url, result_url
from photochanger_web.moments import rfc3339


async def gallery(request: web.Request) -> web.Response:
    """Tell of a slot's latest pictures."""
    view = await request.app[USE_CASES].show_gallery(
        request.match_info["slot_id"], key=request.query.get("key")
    )
    return web.json_response(_as_json(request, view))


def _as_json(request: web.Request, view: GalleryView) -> dict[str, object]:
    return {
        "slot_id": view.slot.slot_id,
        "display_name": view.slot.display_name,
        "results": [_result(request, job, view.at) for job in view.jobs],
    }


def _result(request: web.Request, job: Job, now: datetime) -> dict[str, object]:
    result, finished_at = job.result, job.finished_at
    assert result is not None  # noqa: S101 - galleries show what is done
    assert finished_at is not None  # noqa: S101 - the same
    left = (result.expires_at - now).total_seconds()
    return {
        "job_id": job.job_id,
        "finished_at": rfc3339(finished_at),
        "expires_at": rfc3339(result.expires_at),
        "expires_in_seconds": max(0, math.floor(left)),
        "media_type": result.media_type,
        "size": result.size,
        "result_url": result_url(request, job.job_id),
        "preview_url": preview_url(request, job.job_id),
    }
