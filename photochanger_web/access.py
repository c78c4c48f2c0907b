"""Administrators only."""

from __future__ import annotations

from functools import partial, wraps
from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from photochanger_core.domain.account import Actor, Scope
from photochanger_core.ports.tokens import Claims
from photochanger_core.use_cases.limit_requests import RequestKind

from .address import client_address
from .keys import CLAIMS, DRAINING, MAY_STILL, REFUSAL, USE_CASES, Check
from .limiting import limited
from .sessions import check_own_change, go_on, sealed_session

_BEARER: Final = "bearer"
_READING: Final = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})


def allowed(handler: Handler, scope: Scope | None) -> Handler:
    """Return *handler* for those who may do what *scope* names; None: for all who are logged in."""

    @wraps(handler)
    async def for_administrators(request: web.Request) -> web.StreamResponse:
        in_session = hdrs.AUTHORIZATION not in request.headers
        check = await _session_check(request, scope) if in_session else _check(request, scope)
        request[CLAIMS], request[MAY_STILL] = await check(), check
        if in_session:
            await _let_session_act(request)
        return await handler(request)

    return limited(for_administrators, RequestKind.ADMIN)


def lasting(handler: Handler) -> Handler:
    """Return *handler*, which goes on when its caller leaves: every change comes on record."""

    @wraps(handler)
    async def to_the_end(request: web.Request) -> web.StreamResponse:
        return await request.app[DRAINING].to_the_end(handler(request))

    return to_the_end


def actor(request: web.Request) -> Actor:
    """Return who makes a request that `allowed` has let in."""
    return Actor(name=request[CLAIMS].account, address=client_address(request))


def _check(request: web.Request, scope: Scope | None) -> Check:
    return partial(request.app[USE_CASES].authorise, _token(request), scope)


async def _session_check(request: web.Request, scope: Scope | None) -> Check:
    """Return what checks the session of a browser, each time anew: it may end meanwhile."""
    use_cases, sealed = request.app[USE_CASES], await sealed_session(request)

    async def check() -> Claims:
        token = None if sealed is None else (await use_cases.open_session(sealed)).session.token
        return await use_cases.authorise(token, scope)

    return check


async def _let_session_act(request: web.Request) -> None:
    """Refuse changes that do not come from our pages; note that somebody is there.

    What pages read by themselves does not show that.
    """
    is_change = request.method not in _READING
    if is_change:
        await check_own_change(request)
    if is_change or REFUSAL in request:
        await go_on(request)


def _token(request: web.Request) -> str | None:
    """Return the token of `Authorization: Bearer TOKEN` (RFC 6750, 2.1)."""
    kind, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip() or None if kind.lower() == _BEARER else None
