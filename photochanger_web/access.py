"""Administrators only."""

from __future__ import annotations

from functools import partial, wraps

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from photochanger_core.domain.account import Actor, Scope
from photochanger_core.use_cases.limit_requests import RequestKind

from .address import client_address
from .keys import CLAIMS, DRAINING, MAY_STILL, USE_CASES, Check
from .limiting import limited

_BEARER = "bearer"


def allowed(handler: Handler, scope: Scope | None) -> Handler:
    """Return *handler* for those who may do what *scope* names; None: for all who are logged in."""

    @wraps(handler)
    async def for_administrators(request: web.Request) -> web.StreamResponse:
        check: Check = partial(request.app[USE_CASES].authorise, _token(request), scope)
        request[CLAIMS], request[MAY_STILL] = await check(), check
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


def _token(request: web.Request) -> str | None:
    """Return the token of `Authorization: Bearer TOKEN` (RFC 6750, 2.1)."""
    kind, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip() or None if kind.lower() == _BEARER else None
