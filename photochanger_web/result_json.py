"""Results as callers see them in lists."""

from __future__ import annotations

import math
from datetime import datetime

from aiohttp import web

from photochanger_core.domain.job import Job

from .links import preview_url, result_url
from .moments import rfc3339


def result_json(request: web.Request, job: Job, now: datetime) -> dict[str, object]:
    """Return what is told of the result of a job that is done, at the moment *now*."""
    result, finished_at = job.result, job.finished_at
    assert result is not None  # noqa: S101 - lists show what is done
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
