"""GET /api/stats/…: how the service has been doing.

No answer tells the moment it was made at: series begin at whole stretches. So one is known by what
is in it, as lists are, and is sent again only if a figure has changed or a stretch has gone by.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import web

from photochanger_core.domain.job import Job
from photochanger_core.domain.reports import Points, ProviderStats, SlotStats, SystemStats
from photochanger_core.domain.slot import MEGABYTE
from photochanger_core.domain.stats import Outcome, Tally
from photochanger_core.domain.window import Window
from photochanger_core.use_cases.read_stats import ReadStats
from photochanger_web.etags import tagged
from photochanger_web.keys import USE_CASES
from photochanger_web.moments import rfc3339
from photochanger_web.query import query_of


async def overview(request: web.Request) -> web.Response:
    """Tell how everything and every slot has been doing, in one answer."""
    found = await _read_stats(request).overview(**_asked(request))
    return tagged(
        request,
        {
            "window_minutes": found.window.minutes,
            "system": _system(found.system),
            "slots": [_slot(slot) for slot in found.slots],
        },
    )


async def slots(request: web.Request) -> web.Response:
    """Tell how every slot has been doing, stretch by stretch."""
    found = await _read_stats(request).of_slots(**_asked(request))
    rows = [{**_slot(slot), "series": _series(slot.points)} for slot in found.slots]
    return tagged(request, {**_window(found.window), "slots": rows})


async def slot(request: web.Request) -> web.Response:
    """Tell how a slot has been doing, stretch by stretch, and of its last failures."""
    found = await _read_stats(request).of_slot(request.match_info["slot_id"], **_asked(request))
    return tagged(
        request,
        {
            **_window(found.window),
            **_slot(found.slot),
            "series": _series(found.slot.points),
            "failures": [_failure(job) for job in found.failures],
        },
    )


async def system(request: web.Request) -> web.Response:
    """Tell how everything together has been doing, stretch by stretch, and every provider."""
    found = await _read_stats(request).of_system(**_asked(request))
    return tagged(
        request,
        {
            **_window(found.window),
            "system": _system(found.system),
            "series": _series(found.system.points),
            "providers": [_provider(provider) for provider in found.providers],
        },
    )


def _read_stats(request: web.Request) -> ReadStats:
    return request.app[USE_CASES].read_stats


def _asked(request: web.Request) -> dict[str, Any]:
    return query_of(request, numbers=["window_minutes"])


def _window(window: Window) -> dict[str, object]:
    return {
        "window_minutes": window.minutes,
        "bucket_minutes": window.step // timedelta(minutes=1),
    }


def _system(system: SystemStats) -> dict[str, object]:
    return {
        "jobs_total": system.totals.jobs,
        **_figures(system.tally),
        "storage_usage_mb": round(system.totals.stored_bytes / MEGABYTE, 1),
        "active_jobs": system.active_jobs,
    }


def _slot(slot: SlotStats) -> dict[str, object]:
    reached = slot.state.last_success_at
    return {
        "slot_id": slot.slot.slot_id,
        "display_name": slot.display_name,
        "is_active": slot.slot.is_active,
        **_figures(slot.tally),
        "last_success_at": None if reached is None else rfc3339(reached),
        "last_error_reason": slot.state.last_error_reason,
        "active_jobs": slot.state.active_jobs,
    }


def _figures(tally: Tally) -> dict[str, object]:
    return {
        "jobs_last_window": tally.jobs,
        "timeouts_last_window": tally[Outcome.TIMEOUT],
        "provider_errors_last_window": tally[Outcome.PROVIDER_ERROR],
        "degraded_last_window": tally[Outcome.DEGRADED],
        "late_last_window": tally[Outcome.LATE],
        "ui_tests_last_window": tally[Outcome.UI_TEST],
        **_rates(tally),
    }


def _rates(tally: Tally) -> dict[str, object]:
    return {
        "success_rate": _rate(tally.success_rate),
        "timeout_rate": _rate(tally.timeout_rate),
        "p50_ms": tally.p50_ms,
        "p95_ms": tally.p95_ms,
    }


def _rate(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _series(points: Points) -> list[dict[str, object]]:
    return [
        {
            "from": rfc3339(start),
            "jobs": tally.jobs,
            "timeouts": tally[Outcome.TIMEOUT],
            "provider_errors": tally[Outcome.PROVIDER_ERROR],
            "degraded": tally[Outcome.DEGRADED],
            "late": tally[Outcome.LATE],
            "ui_tests": tally[Outcome.UI_TEST],
            **_rates(tally),
        }
        for start, tally in points
    ]


def _failure(job: Job) -> dict[str, object]:
    last = job.attempts[-1] if job.attempts else None
    return {
        "job_id": job.job_id,
        "started_at": rfc3339(job.started_at),
        "status": job.status,
        "failure_reason": job.failure_reason,
        "is_degraded": job.is_degraded,
        "provider": last.provider if last else job.provider_id,
        "attempts": len(job.attempts),
        "detail": last.detail if last else None,
    }


def _provider(provider: ProviderStats) -> dict[str, object]:
    tally = provider.tally
    return {
        "provider": provider.name,
        "attempts": tally.attempts,
        "failures": dict(sorted(tally.failures.items())),
        "p50_ms": tally.p50_ms,
        "p95_ms": tally.p95_ms,
        "tokens": dict(tally.tokens),
        "quota_left": dict(provider.quota_left),
    }
