"""Which page is where. Pages are for people, so they are not in the contract."""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from photochanger_core.domain.account import Scope
from photochanger_core.use_cases.limit_requests import RequestKind
from photochanger_web.access import allowed, lasting
from photochanger_web.keys import Refusal
from photochanger_web.limiting import limited

from . import home, login, slot, slots
from .navigation import LOGIN
from .refusal import as_page
from .slot_view import PATH as SLOT

PAGES: Final = web.AppKey("pages", set[tuple[str, str]])
"""The method and the path of every page."""


def add_pages(app: web.Application) -> None:
    """Add every page to *app*. What its header leads to is in `navigation.py`."""
    app[PAGES] = set()
    _add_open(app, "GET", "/", home.show)
    _add_open(app, "GET", LOGIN, login.show)
    _add_open(app, "POST", LOGIN, login.log_in, refusal=login.not_let_in)
    _add(app, "POST", "/logout", login.log_out, None)
    _add(app, "GET", "/slots", slots.show, Scope.SLOTS_READ)
    _add_slot(app)


def _add_slot(app: web.Application) -> None:
    write, path = Scope.SLOTS_WRITE, SLOT
    _add(app, "GET", path, slot.show, Scope.SLOTS_READ)
    _add(app, "POST", path, slot.save, write, refusal=slot.not_saved)
    _add(app, "POST", f"{path}/draft", slot.draft, write)
    _add(app, "POST", f"{path}/rollback", slot.roll_back, write, refusal=slot.not_rolled_back)


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
    _route(app, method, path, as_page(allowed(shown, scope), refusal))


def _add_open(
    app: web.Application, method: str, path: str, handler: Handler, refusal: Refusal | None = None
) -> None:
    """Add a page for those who have not logged in yet."""
    _route(app, method, path, as_page(limited(handler, RequestKind.ADMIN), refusal))


def _route(app: web.Application, method: str, path: str, handler: Handler) -> None:
    if method == hdrs.METH_GET:
        app.router.add_get(path, handler)
    else:
        app.router.add_route(method, path, handler)
    app[PAGES].add((method, path))
