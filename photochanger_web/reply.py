"""How a booth is answered whose photo was processed."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import hdrs, web

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.job import JobStatus
from photochanger_core.domain.slot import Reply
from photochanger_core.use_cases.timing import Phase, Timing
from photochanger_core.use_cases.visit import Processed

from .links import result_url
from .moments import rfc3339
from .multipart import MIXED, send_mixed
from .pictures import disposition, send
from .preferences import prefers


async def reply(request: web.Request, processed: Processed, usual: Reply) -> web.StreamResponse:
    """Answer with what a photo has led to, in the *usual* form or the one asked for; closes it.

    Raises:
        ConnectionResetError: If the caller does not take it.
    """
    picture, headers = processed.content, _headers(request, processed)
    accept = ",".join(request.headers.getall(hdrs.ACCEPT, []))
    if usual is Reply.MULTIPART or prefers(accept, MIXED, to=picture.media_type):
        return await send_mixed(request, _description(request, processed), picture, headers)
    headers[hdrs.CONTENT_DISPOSITION] = disposition(picture.media_type)
    return await send(request, picture, headers)


async def reply_with_json(request: web.Request, processed: Processed) -> web.Response:
    """Answer with what is known of the picture, and where it is; closes it."""
    picture, job = processed.content, processed.job
    await picture.close()
    body = {
        "job_id": job.job_id,
        "slot_id": job.slot_id,
        "public_result_url": result_url(request, job.job_id),
        "result_expires_at": rfc3339(job.result.expires_at) if job.result else None,
        "content_type": picture.media_type,
        "size": picture.size,
        "completed_in_seconds": round(sum(processed.timing.seconds.values()), 3),
        "timing": _milliseconds(processed.timing),
    }
    return web.json_response(body, headers=_headers(request, processed))


def _headers(request: web.Request, processed: Processed) -> dict[str, str]:
    job = processed.job
    headers = {"X-Job-Id": job.job_id, "Server-Timing": _server_timing(processed.timing)}
    if processed.degraded is not None:
        headers["X-PhotoChanger-Degraded"] = processed.degraded
    elif job.result is not None:
        headers["X-Result-Url"] = result_url(request, job.job_id)
        headers["X-Result-Expires-At"] = rfc3339(job.result.expires_at)
    if processed.is_replay:
        headers["Idempotent-Replayed"] = "true"
    return headers


def _server_timing(timing: Timing) -> str:
    """Return the header's value (https://www.w3.org/TR/server-timing)."""
    return ", ".join(f"{phase};dur={spent}" for phase, spent in _milliseconds(timing).items())


def _milliseconds(timing: Timing) -> Mapping[Phase, float]:
    return {phase: round(timing.seconds.get(phase, 0.0) * 1000, 1) for phase in Phase}


def _description(request: web.Request, processed: Processed) -> dict[str, object]:
    job, picture = processed.job, processed.content
    result = job.result if processed.degraded is None else None
    return {
        "job_id": job.job_id,
        "slot_id": job.slot_id,
        "status": _status(processed.degraded),
        "result_url": result_url(request, job.job_id) if result else None,
        "result_expires_at": rfc3339(result.expires_at) if result else None,
        "content_type": picture.media_type,
        "size": picture.size,
        "degraded": processed.degraded,
        "replayed": processed.is_replay,
        "timing": _milliseconds(processed.timing),
    }


def _status(degraded: FailureReason | None) -> JobStatus:
    """Return how the job has ended. Its own status may be that of a moment ago."""
    if degraded is None:
        return JobStatus.DONE
    return JobStatus.TIMEOUT if degraded is FailureReason.TIMEOUT else JobStatus.FAILED
