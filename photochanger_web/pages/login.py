"""/login and /logout."""

from __future__ import annotations

import math
import re
from http import HTTPStatus
from typing import Final

from aiohttp import web
from yarl import URL

from photochanger_core.domain.errors import CoreError, Throttled, WrongCredentials
from photochanger_web.access import actor
from photochanger_web.address import client_address
from photochanger_web.errors import STATUS, error_text, retry_headers
from photochanger_web.host import check_own_request
from photochanger_web.keys import CLAIMS, USE_CASES
from photochanger_web.page_form import fields_of
from photochanger_web.sessions import begin_session, end_session

from .environment import render
from .language import language_of_page
from .navigation import HOME, LOGIN, first_page
from .refusal import refused, see_other

_LOCAL: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path on this site: what browsers take for another host is none."""

_MOST_NEXT: Final = 2000
_DONE: Final = "done"
_EVERYWHERE: Final = "everywhere"


async def show(request: web.Request) -> web.Response:
    """Ask for name and password."""
    return await _form(request, then=local(request.query.get("next")))


async def log_in(request: web.Request) -> web.Response:
    """Begin a session, a new one whatever the browser has shown, and lead on."""
    check_own_request(request)
    given = await fields_of(request)
    logged_in = await request.app[USE_CASES].log_in(
        given.get("username", ""), given.get("password", ""), address=client_address(request)
    )
    await begin_session(request, logged_in.token)
    then = local(given.get("next"))
    return see_other(first_page(logged_in.claims.scopes) if then == HOME else then)


async def not_let_in(error: Exception, request: web.Request) -> web.Response:
    """Ask again, with the name that was given, and tell for how long a lock lasts."""
    if not isinstance(error, WrongCredentials | Throttled):
        return await refused(error, request)
    given = await fields_of(request)
    return await _form(
        request, then=local(given.get("next")), username=given.get("username", ""), error=error
    )


async def log_out(request: web.Request) -> web.Response:
    """End the session, here and on every server; on demand all sessions of the account."""
    use_case, claims = request.app[USE_CASES].log_out, request[CLAIMS]
    is_everywhere = (await fields_of(request)).get(_EVERYWHERE) == "yes"
    if is_everywhere:
        await use_case.everywhere(claims.account, by=actor(request))
    else:
        await use_case(claims, by=actor(request))
    await end_session(request)
    return see_other(f"{LOGIN}?{_DONE}={_EVERYWHERE}" if is_everywhere else LOGIN)


def local(target: str | None) -> str:
    """Return *target* if it is a path on this site that pages can lead to, else the first page."""
    if target is None or len(target) > _MOST_NEXT or not _LOCAL.fullmatch(target):
        return HOME
    return HOME if target.partition("?")[0] in ("/", LOGIN, "/logout") else target


async def _form(
    request: web.Request, *, then: str, username: str = "", error: CoreError | None = None
) -> web.Response:
    here = LOGIN if then == HOME else str(URL(LOGIN).with_query({"next": then}))
    return await render(
        request,
        "login.html",
        status=HTTPStatus.OK if error is None else STATUS[error.reason],
        headers={} if error is None else retry_headers(error),
        here=here,
        then=then,
        username=username,
        sentence=error and error_text(error, language_of_page(request)),
        seconds_left=_seconds_left(error),
        is_out_everywhere=request.query.get(_DONE) == _EVERYWHERE,
    )


def _seconds_left(error: CoreError | None) -> int | None:
    """Return for how long nobody of that name or address is let in; None: there is no lock."""
    return math.ceil(error.retry_after or 1) if isinstance(error, Throttled) else None
