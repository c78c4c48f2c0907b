"""GET /api/jobs/{job_id} and POST /api/jobs/{job_id}/cancel."""

from __future__ import annotations

from aiohttp import web

from photochanger_core.domain.job import Job
from photochanger_web.access import actor
from photochanger_web.keys import USE_CASES
from photochanger_web.links import result_url
from photochanger_web.moments import rfc3339, rfc3339_or_none


async def job(request: web.Request) -> web.Response:
    """Tell how a job stands; its id is the secret."""
    found = await request.app[USE_CASES].read_job(request.match_info["job_id"])
    return web.json_response(_as_json(request, found))


async def cancel(request: web.Request) -> web.Response:
    """Stop a job and tell how it stands then; one that has ended stays as it is."""
    found = await request.app[USE_CASES].cancel_job(request.match_info["job_id"], by=actor(request))
    return web.json_response(_as_json(request, found))


def _as_json(request: web.Request, job: Job) -> dict[str, object]:
    result = job.result
    return {
        "job_id": job.job_id,
        "slot_id": job.slot_id,
        "status": job.status,
        "source": job.source,
        "failure_reason": job.failure_reason,
        "started_at": rfc3339(job.started_at),
        "finished_at": rfc3339_or_none(job.finished_at),
        "duration_ms": job.duration_ms,
        "result_url": result_url(request, job.job_id) if result else None,
        "result_expires_at": rfc3339_or_none(result.expires_at) if result else None,
        "expires_at": rfc3339(job.expires_at),
    }
