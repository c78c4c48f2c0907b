"""What people see instead of a page that they cannot have."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from yarl import URL

from photochanger_core.domain.errors import CoreError, Unauthorized, reason_of
from photochanger_web.correlation import correlation_id
from photochanger_web.errors import STATUS, error_text, retry_headers
from photochanger_web.keys import REFUSAL, Refusal

from .environment import render
from .language import language_of_page
from .navigation import HOME, LOGIN


def as_page(handler: Handler, refusal: Refusal | None = None) -> Handler:
    """Return *handler*, of whose errors people are told by *refusal*; None: by the usual page."""

    async def told(error: Exception, request: web.Request) -> web.Response:
        try:
            return await (refusal or refused)(error, request)
        except CoreError as another:  # what is to be shown beside it cannot be had, either
            return await refused(another, request)

    @wraps(handler)
    async def for_people(request: web.Request) -> web.StreamResponse:
        request[REFUSAL] = told
        return await handler(request)

    return for_people


async def refused(error: Exception, request: web.Request) -> web.Response:
    """Send whoever has not logged in to do that; tell all others what is wrong."""
    if isinstance(error, Unauthorized):
        return see_other(_login_for(request))
    reason = reason_of(error)
    return await render(
        request,
        "refused.html",
        status=STATUS[reason],
        headers=retry_headers(error),
        reason=reason,
        sentence=error_text(error, language_of_page(request)),
        correlation_id=correlation_id(request),
    )


def see_other(location: str) -> web.Response:
    """Return an answer that leads to *location* on this site."""
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={hdrs.LOCATION: location})


def _login_for(request: web.Request) -> str:
    if request.method != hdrs.METH_GET or request.path_qs in ("/", HOME):
        return LOGIN
    return str(URL(LOGIN).with_query({"next": request.path_qs}))
