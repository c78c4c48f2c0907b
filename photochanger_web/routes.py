"""Which path is answered by what."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from photochanger_core.domain.account import Scope
from photochanger_core.use_cases.limit_requests import RequestKind

from .access import allowed
from .handlers import (
    accounts,
    audit,
    galleries,
    health,
    ingest,
    jobs,
    provider_media,
    providers,
    results,
    settings,
)
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
    _add_accounts(app)
    _add_settings(app)
    router.add_get("/healthz", health.healthz)
    router.add_get("/livez", health.livez)


def _add_accounts(app: web.Application) -> None:
    """Add the routes by which administrators come, go and see each other."""
    app.router.add_post("/api/login", limited(accounts.login, RequestKind.ADMIN))
    app.router.add_post("/api/logout", allowed(accounts.logout, None))
    app.router.add_get("/api/accounts", allowed(accounts.accounts, None))


def _add_settings(app: web.Application) -> None:
    """Add the routes about what holds for all slots, and about who did what."""
    router, may_read, may_write = app.router, Scope.SETTINGS_READ, Scope.SETTINGS_WRITE
    router.add_get("/api/settings", allowed(settings.settings, may_read))
    router.add_put("/api/settings", allowed(settings.change_settings, may_write))
    check = allowed(providers.check_provider, may_write)
    router.add_post("/api/providers/{name}/test", check)
    router.add_get("/api/audit", allowed(audit.audit, may_read))


def _add_public(app: web.Application, path: str, handler: Handler, name: str | None = None) -> None:
    """Add a route for everybody who has its link."""
    app.router.add_get(path, limited(handler, RequestKind.PUBLIC), name=name)
