"""Which path is answered by what."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from photochanger_core.domain.account import Scope
from photochanger_core.use_cases.limit_requests import RequestKind

from .access import allowed
from .handlers import galleries, health, ingest, jobs, provider_media, results, stats, stats_export
from .limiting import limited
from .links import PROVIDER_MEDIA


def add_routes(app: web.Application) -> None:
    """Add every route to *app*."""
    router = app.router
    for path in ("/ingest/{slot_id}", "/api/ingest/{slot_id}"):
        # With and without a slash at the end: a booth does not follow redirects.
        for variant in (path, f"{path}/"):
            router.add_route("POST", variant, ingest.ingest, expect_handler=ingest.expect)
    _add_public(app, "/api/jobs/{job_id}", jobs.job)
    _add_public(app, "/public/results/{job_id}", results.result, name="result")
    _add_public(app, "/public/results/{job_id}/preview", results.preview, name="preview")
    _add_public(app, PROVIDER_MEDIA, provider_media.provider_media)
    _add_public(app, "/public/slots/{slot_id}", galleries.gallery)
    _add_stats(app)
    router.add_get("/healthz", health.healthz)
    router.add_get("/livez", health.livez)


def _add_stats(app: web.Application) -> None:
    """Add the routes that tell administrators how the service has been doing."""
    for path, handler in {
        "/api/jobs": jobs.jobs,
        "/api/stats/overview": stats.overview,
        "/api/stats/slots": stats.slots,
        "/api/stats/slots/{slot_id}": stats.slot,
        "/api/stats/system": stats.system,
        "/api/stats/export.csv": stats_export.export,
    }.items():
        app.router.add_get(path, allowed(handler, Scope.STATS_READ))


def _add_public(app: web.Application, path: str, handler: Handler, name: str | None = None) -> None:
    """Add a route for everybody who has its link."""
    app.router.add_get(path, limited(handler, RequestKind.PUBLIC), name=name)
