"""Which path is answered by what."""

from __future__ import annotations

from aiohttp import web

from .handlers import health, ingest, jobs, results


def add_routes(app: web.Application) -> None:
    """Add every route to *app*."""
    router = app.router
    for path in ("/ingest/{slot_id}", "/api/ingest/{slot_id}"):
        # With and without a slash at the end: a booth does not follow redirects.
        for variant in (path, f"{path}/"):
            router.add_route("POST", variant, ingest.ingest, expect_handler=ingest.expect)
    router.add_get("/api/jobs/{job_id}", jobs.job)
    router.add_get("/public/results/{job_id}", results.result, name="result")
    router.add_get("/healthz", health.healthz)
    router.add_get("/livez", health.livez)
