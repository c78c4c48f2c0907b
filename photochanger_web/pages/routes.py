"""Which page is where. Pages are for people, so they are not in the contract."""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from photochanger_core.domain.account import Scope
from photochanger_core.use_cases.limit_requests import RequestKind
from photochanger_web.access import allowed, lasting
from photochanger_web.handlers import results
from photochanger_web.keys import Refusal
from photochanger_web.limiting import limited
from photochanger_web.links import RESULT_PAGE

from . import (
    audit,
    gallery,
    home,
    job,
    jobs,
    login,
    public_gallery,
    public_result,
    session,
    settings,
    slot,
    slot_copy,
    slot_test,
    slot_upload,
    slots,
    statistics,
    statistics_since,
)
from .navigation import AUDIT, GALLERY, JOBS, LOGIN, SETTINGS, STATISTICS
from .refusal import as_page
from .slot_view import PATH as SLOT

PAGES: Final = web.AppKey("pages", set[tuple[str, str]])
"""The method and the path of every page."""

PARTS: Final = web.AppKey("parts", set[tuple[str, str]])
"""The same of every part of a page that is read by itself."""

FOR_GUESTS: Final = web.AppKey("for_guests", set[tuple[str, str]])
"""The same of what guests look at, to whom no login is asked for."""


def add_pages(app: web.Application) -> None:
    """Add every page to *app*. What its header leads to is in `navigation.py`."""
    app[PAGES], app[PARTS], app[FOR_GUESTS] = set(), set(), set()
    _add(app, "GET", "/", home.show, None)
    _add_open(app, "GET", LOGIN, login.show)
    _add_open(app, "POST", LOGIN, login.log_in, refusal=login.not_let_in)
    _add(app, "POST", "/logout", login.log_out, None)
    _add(app, "GET", "/slots", slots.show, Scope.SLOTS_READ)
    _add_part(app, "/parts/slots", slots.rows, Scope.SLOTS_READ)
    _add_part(app, session.PATH, session.show, None)
    _add_part(app, session.PATH, session.stay, None, method="POST")
    _add_slot(app)
    _add_jobs(app)
    _add_settings(app)
    _add_statistics(app)
    _add_gallery(app)
    _add(app, "GET", AUDIT, audit.show, Scope.SETTINGS_READ, refusal=audit.not_shown)
    _add_for_guests(app, "/public/results/{job_id}/page", public_result.show, name=RESULT_PAGE)
    _add_for_guests(app, "/public/slots/{slot_id}/pictures", public_gallery.pictures_of_slot)
    _add_for_guests(app, "/public/gallery/{token}/pictures", public_gallery.shared_pictures)


def _add_statistics(app: web.Application) -> None:
    scope = Scope.STATS_READ
    _add(app, "GET", STATISTICS, statistics.show, scope, refusal=statistics.not_shown)
    _add_part(app, "/parts/statistics", statistics.figures, scope)
    _add(app, "POST", statistics_since.PATH, statistics_since.change, scope)


def _add_jobs(app: web.Application) -> None:
    read = Scope.STATS_READ
    _add(app, "GET", JOBS, jobs.show, read, refusal=jobs.not_shown)
    _add_part(app, jobs.PART, jobs.rows, read)
    _add(app, "GET", job.PATH, job.show, read)
    _add_part(app, job.PART, job.part, read)
    _add(app, "POST", f"{job.PATH}/cancel", job.cancel, Scope.SLOTS_WRITE)


def _add_settings(app: web.Application) -> None:
    _add(app, "GET", SETTINGS, settings.show, Scope.SETTINGS_READ)
    changes = {
        "": settings.change,
        "/password": settings.change_password,
        "/keys/{name}": settings.change_key,
        "/cleanup": settings.clean_up,
    }
    for path, handler in changes.items():
        _add(
            *(app, "POST", SETTINGS + path, handler, Scope.SETTINGS_WRITE),
            refusal=settings.not_changed,
        )


def _add_slot(app: web.Application) -> None:
    write, path = Scope.SLOTS_WRITE, SLOT
    _add(app, "GET", path, slot.show, Scope.SLOTS_READ)
    _add(app, "POST", path, slot.save, write, refusal=slot.not_saved)
    for name, change in {"activity": slots.switch, "swap": slots.swap}.items():
        _add(app, "POST", f"{path}/{name}", change, write, refusal=slots.not_changed)
    _add(app, "POST", f"{path}/draft", slot.draft, write)
    _add(
        app, "POST", f"{path}/template", slot_upload.upload, write, refusal=slot_upload.not_uploaded
    )
    _add(app, "POST", f"{path}/rollback", slot.roll_back, write, refusal=slot.not_replaced)
    _add(app, "GET", f"{path}/copy", slot_copy.ask, write)
    _add(app, "POST", f"{path}/copy", slot_copy.copy, write, refusal=slot.not_replaced)
    _add_part(app, f"/parts{path}/tests/{{job_id}}", slot_test.words, write)


def _add_gallery(app: web.Application) -> None:
    read, write, picture = Scope.SLOTS_READ, Scope.SLOTS_WRITE, "/gallery/{job_id}"
    _add(app, "GET", GALLERY, gallery.show, read)
    _add(app, "POST", f"{GALLERY}/share", gallery.share, write)
    _add(app, "GET", picture, gallery.show_one, read)
    _add(app, "POST", f"{picture}/delete", gallery.delete, write, refusal=gallery.not_deleted)
    _add_part(app, "/parts/gallery", gallery.pictures, read)
    _add_part(app, "/parts/gallery/{job_id}/code", gallery.code, read)
    # Counted with what administrators do: guests at the same address do not keep them waiting.
    _add_part(app, "/parts/gallery/{job_id}/preview", results.preview, read)


def _add(
    app: web.Application,
    method: str,
    path: str,
    handler: Handler,
    scope: Scope | None,
    *,
    refusal: Refusal | None = None,
) -> None:
    """Add a page for administrators who may do what *scope* names; None: for all of them.

    What changes something has come from one of our pages, and goes on when its caller leaves.
    """
    shown = handler if method == hdrs.METH_GET else lasting(handler)
    _add_page(app, method, path, as_page(allowed(shown, scope), refusal))


def _add_part(
    app: web.Application,
    path: str,
    handler: Handler,
    scope: Scope | None,
    *,
    method: str = hdrs.METH_GET,
) -> None:
    """Add what a page of administrators asks by itself.

    To read something does not show that they are there. Errors are told to the script that asks.
    """
    _route(app, method, path, allowed(handler, scope))
    app[PARTS].add((method, path))


def _add_open(
    app: web.Application, method: str, path: str, handler: Handler, refusal: Refusal | None = None
) -> None:
    """Add a page for those who have not logged in yet."""
    _add_page(app, method, path, as_page(limited(handler, RequestKind.ADMIN), refusal))


def _add_for_guests(
    app: web.Application, path: str, handler: Handler, name: str | None = None
) -> None:
    """Add a page, or a part of one, for everybody who has its link."""
    app.router.add_get(path, limited(handler, RequestKind.PUBLIC), name=name)
    app[FOR_GUESTS].add((hdrs.METH_GET, path))


def _add_page(app: web.Application, method: str, path: str, handler: Handler) -> None:
    _route(app, method, path, handler)
    app[PAGES].add((method, path))


def _route(app: web.Application, method: str, path: str, handler: Handler) -> None:
    if method == hdrs.METH_GET:
        app.router.add_get(path, handler)
    else:
        app.router.add_route(method, path, handler)
