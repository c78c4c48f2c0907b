"""GET /api/jobs/{job_id} and, for administrators, /api/jobs and POST /api/jobs/{job_id}/cancel."""

from __future__ import annotations

from aiohttp import web

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.job import Job
from photochanger_web.access import actor
from photochanger_web.etags import tagged
from photochanger_web.keys import USE_CASES
from photochanger_web.links import result_url
from photochanger_web.moments import rfc3339, rfc3339_or_none
from photochanger_web.query import query_of


async def job(request: web.Request) -> web.Response:
    """Tell how a job stands; its id is the secret."""
    found = await request.app[USE_CASES].read_job(request.match_info["job_id"])
    return web.json_response(_as_json(request, found))


async def cancel(request: web.Request) -> web.Response:
    """Stop a job and tell how it stands then; one that has ended stays as it is."""
    found = await request.app[USE_CASES].cancel_job(request.match_info["job_id"], by=actor(request))
    return web.json_response(_as_json(request, found))


async def jobs(request: web.Request) -> web.Response:
    """Tell of a page of jobs and of what each has tried, the youngest first."""
    wanted = query_of(request, numbers=["limit"])
    page = await request.app[USE_CASES].list_jobs(wanted)
    found = [_with_attempts(request, job) for job in page.jobs]
    return tagged(request, {"jobs": found, "next_before": page.next_before})


def _with_attempts(request: web.Request, job: Job) -> dict[str, object]:
    return {
        **_as_json(request, job),
        "provider": job.provider_id,
        "is_degraded": job.is_degraded,
        "is_late": job.is_late,
        "attempts": [_attempt(attempt) for attempt in job.attempts],
    }


def _attempt(attempt: Attempt) -> dict[str, object]:
    return {
        "number": attempt.number,
        "provider": attempt.provider,
        "model": attempt.model,
        "started_at": rfc3339(attempt.started_at),
        "duration_ms": round(attempt.seconds * 1000),
        "failure_reason": attempt.failure_reason,
        "detail": attempt.detail,
        "usage": dict(attempt.usage),
        "quota_left": dict(attempt.quota_left),
    }


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
        "correlation_id": job.correlation_id,
    }
