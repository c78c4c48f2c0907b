"""Which path is answered by what."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from photochanger_core.domain.account import Scope
from photochanger_core.use_cases.limit_requests import RequestKind

from .access import allowed, lasting
from .handlers import (
    accounts,
    audit,
    cleanup,
    contract,
    events,
    galleries,
    health,
    ingest,
    jobs,
    media,
    metrics,
    provider_media,
    providers,
    results,
    settings,
    slot_history,
    slots,
    static,
    stats,
    stats_export,
    template_media,
    test_runs,
)
from .limiting import limited
from .links import PREVIEW, PROVIDER_MEDIA, RESULT
from .pages import public_gallery
from .pages.browsers import by_accept
from .query import known_only

_PAGE: Final = ("limit", "before")


def add_routes(app: web.Application) -> None:
    """Add every route to *app*."""
    router = app.router
    for path in ("/ingest/{slot_id}", "/api/ingest/{slot_id}"):
        # With and without a slash at the end: a booth does not follow redirects.
        for variant in (path, f"{path}/"):
            router.add_route("POST", variant, ingest.ingest, expect_handler=ingest.expect)
    _add_public(app, "/api/jobs/{job_id}", jobs.job)
    _add_public(app, "/public/results/{job_id}", results.result, name=RESULT)
    _add_public(app, "/public/results/{job_id}/preview", results.preview, name=PREVIEW)
    _add_public(app, PROVIDER_MEDIA, provider_media.provider_media)
    gallery = by_accept(public_gallery.of_slot, galleries.gallery)
    _add_public(app, "/public/slots/{slot_id}", gallery)
    shared = by_accept(public_gallery.shared, galleries.shared)
    _add_public(app, "/public/gallery/{token}", shared, name="shared_gallery")
    _add_public(app, "/api/openapi.yaml", contract.contract)
    _add_public(app, "/api/docs", contract.docs)
    _add_public(app, "/static/{file}", static.static)
    _add_public(app, "/static/{version}/{file}", static.static)
    _add_accounts(app)
    _add_settings(app)
    _add_stats(app)
    router.add_get("/healthz", health.healthz)
    router.add_get("/livez", health.livez)
    router.add_get("/metrics", metrics.metrics)
    _add_slots(app)
    _add_media(app)


def _add_slots(app: web.Application) -> None:
    read, write = Scope.SLOTS_READ, Scope.SLOTS_WRITE
    slot = "/api/slots/{slot_id}"
    _add_admin(app, "GET", "/api/slots", slots.slots, read)
    _add_admin(app, "GET", slot, slots.slot, read)
    _add_admin(app, "PUT", slot, slots.change, write)
    _add_admin(app, "POST", f"{slot}/reset", slots.reset, write)
    _add_admin(app, "POST", f"{slot}/copy-from/{{other}}", slots.copy, write)
    _add_admin(app, "GET", f"{slot}/history", slot_history.history, read, takes=_PAGE)
    _add_admin(app, "POST", f"{slot}/rollback", slot_history.rollback, write)
    app.router.add_post(f"{slot}/test-run", allowed(known_only(test_runs.test_run), write))
    _add_admin(app, "POST", f"{slot}/cleanup", cleanup.of_slot, write)
    _add_admin(app, "POST", "/api/cleanup", cleanup.everything, write)
    _add_admin(app, "GET", "/api/providers", providers.providers, read, takes=["language"])
    _add_admin(app, "POST", "/api/jobs/{job_id}/cancel", jobs.cancel, write)
    _add_admin(app, "POST", "/api/gallery/share", galleries.share, write)
    _add_admin(app, "DELETE", "/api/results/{job_id}", results.delete, write)


def _add_media(app: web.Application) -> None:
    read, write = Scope.SLOTS_READ, Scope.SLOTS_WRITE
    # No other names than ids may have: "register" is none.
    template = "/api/template-media/{media_id:[0-9a-f]{32}}"
    _add_admin(app, "POST", "/api/template-media/register", template_media.register, write)
    _add_admin(app, "GET", "/api/template-media", template_media.templates, read, takes=_PAGE)
    _add_admin(app, "GET", f"{template}/preview", template_media.preview, read)
    _add_admin(app, "DELETE", template, template_media.delete, write, takes=["slot_id"])
    _add_admin(app, "POST", "/api/media/register", media.register, write)


def _add_accounts(app: web.Application) -> None:
    """Add the routes by which administrators come, go and see each other."""
    app.router.add_post("/api/login", limited(known_only(accounts.login), RequestKind.ADMIN))
    _add_admin(app, "POST", "/api/logout", accounts.logout, None, takes=[accounts.EVERYWHERE])
    _add_admin(app, "GET", "/api/accounts", accounts.accounts, None)


def _add_settings(app: web.Application) -> None:
    """Add the routes about what holds for all slots, and about who did what."""
    read, write = Scope.SETTINGS_READ, Scope.SETTINGS_WRITE
    _add_admin(app, "GET", "/api/settings", settings.settings, read)
    _add_admin(app, "PUT", "/api/settings", settings.change_settings, write)
    _add_admin(app, "POST", "/api/providers/{name}/test", providers.check_provider, write)
    asked = ("slot_id", "subject", "actor", *_PAGE)
    _add_admin(app, "GET", "/api/audit", audit.audit, read, takes=asked)


def _add_stats(app: web.Application) -> None:
    """Add the routes that tell administrators how the service has been doing."""
    read = Scope.STATS_READ
    window = ("window_minutes",)
    asked = ("slot_id", "status", "source", *_PAGE)
    _add_admin(app, "GET", "/api/jobs", jobs.jobs, read, takes=asked)
    # Without HEAD: there is no end of it.
    followed = allowed(known_only(events.events), read)
    app.router.add_get("/api/events", followed, allow_head=False)
    _add_admin(app, "GET", "/api/stats/overview", stats.overview, read, takes=window)
    _add_admin(app, "GET", "/api/stats/slots", stats.slots, read, takes=window)
    _add_admin(app, "GET", "/api/stats/slots/{slot_id}", stats.slot, read, takes=window)
    _add_admin(app, "GET", "/api/stats/system", stats.system, read, takes=window)
    _add_admin(app, "GET", "/api/stats/export.csv", stats_export.export, read, takes=window)


def _add_admin(
    app: web.Application,
    method: str,
    path: str,
    handler: Handler,
    scope: Scope | None,
    *,
    takes: Collection[str] = (),
) -> None:
    """Add a route for administrators who may do what *scope* names; None: for all of them.

    What it takes behind the question mark is in *takes*. What changes something goes on when the
    caller leaves.
    """
    if method == "GET":
        app.router.add_get(path, allowed(known_only(handler, takes), scope))
    else:
        known = known_only(lasting(handler), takes)
        app.router.add_route(method, path, allowed(known, scope))


def _add_public(app: web.Application, path: str, handler: Handler, name: str | None = None) -> None:
    """Add a route for everybody who has its link."""
    app.router.add_get(path, limited(handler, RequestKind.PUBLIC), name=name)
