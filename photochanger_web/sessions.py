"""Administrators in a browser: a sealed cookie, and what every change has to come with."""

from __future__ import annotations

import secrets
from hmac import compare_digest
from typing import Final

from aiohttp import hdrs, web
from aiohttp_session import AbstractStorage, Session, get_session, new_session
from aiohttp_session import setup as set_up

from photochanger_core.domain.browser_session import BrowserSession, OpenedSession
from photochanger_core.domain.errors import ForeignRequest, Unauthorized

from .admin_form import MULTIPART
from .host import check_own_request, is_secure
from .keys import USE_CASES
from .page_form import FORM, FORM_KEY_FIELD, fields_of
from .page_upload import form_key_in

COOKIE: Final = "photochanger"
"""Over TLS its name has `__Host-` in front: no other host and no plain HTTP can set that one."""

FORM_KEY_HEADER: Final = "X-CSRF-Token"

_TOKEN: Final = "token"  # noqa: S105 - the name of a field
_FORM_KEY: Final = "form_key"
_FORM_KEY_BYTES: Final = 16


class SealedCookies(AbstractStorage):
    """Sessions in cookies, sealed by the core with the keys that other secrets are sealed with.

    The library's own encrypted storage knows one key, one cookie name and its own clock.
    """

    async def load_session(self, request: web.Request) -> Session:
        """Return the session of a request; what does not count any more is a new, empty one."""
        sealed = request.cookies.get(_cookie_name(request))
        if sealed is None:
            return await self.new_session()
        try:
            opened = (await request.app[USE_CASES].open_session(sealed)).session
        except Unauthorized:
            return await self.new_session()
        said = {_TOKEN: opened.token, _FORM_KEY: opened.form_key}
        return Session(sealed, data={"session": said}, new=False)

    async def save_session(
        self, request: web.Request, response: web.StreamResponse, session: Session
    ) -> None:
        """Have the browser keep *session*, until it is closed, or forget it if it is empty."""
        value = "" if session.empty else await request.app[USE_CASES].seal_session(_said(session))
        response.set_cookie(
            _cookie_name(request),
            value,
            path="/",
            max_age=0 if session.empty else None,
            secure=is_secure(request),
            httponly=True,
            samesite="Strict",
        )


def set_up_sessions(app: web.Application) -> None:
    """Let administrators use *app* from a browser."""
    set_up(app, SealedCookies())


async def begin_session(request: web.Request, token: str) -> None:
    """Have the browser show *token* from now on, whatever it has shown before."""
    session = await new_session(request)
    session[_TOKEN] = token
    session[_FORM_KEY] = secrets.token_urlsafe(_FORM_KEY_BYTES)


async def end_session(request: web.Request) -> None:
    """Have the browser forget its session."""
    (await get_session(request)).invalidate()


async def go_on(request: web.Request) -> None:
    """Note that somebody is there: the session is idle from now on."""
    session = await get_session(request)
    if not session.empty:
        session.changed()


async def sealed_session(request: web.Request) -> str | None:
    """Return the session that the request is made in, as the browser keeps it; None: in none."""
    identity = (await get_session(request)).identity
    return None if identity is None else str(identity)


async def opened_session(request: web.Request) -> OpenedSession:
    """Return the session that the request is made in, as it was when it was made.

    Raises:
        Unauthorized: If there is none, or it is over.
    """
    sealed = await sealed_session(request)
    if sealed is None:
        raise Unauthorized
    return await request.app[USE_CASES].open_session(sealed)


async def form_key(request: web.Request) -> str | None:
    """Return what changes have to come with in the session of *request*; None: there is none."""
    key = (await get_session(request)).get(_FORM_KEY)
    return None if key is None else str(key)


async def check_own_change(request: web.Request) -> None:
    """Pass if a page of ours, made for this very session, has sent the change that *request* is.

    Raises:
        ForeignRequest: If not.
        CoreError: Whatever `fields_of` and `form_key_in` raise.
    """
    check_own_request(request)
    given = request.headers.get(FORM_KEY_HEADER)
    if given is None:
        given = await _given_in_form(request)
    if not _is_same(given, await form_key(request)):
        raise ForeignRequest


async def _given_in_form(request: web.Request) -> str | None:
    if request.headers.get(hdrs.CONTENT_TYPE, "").startswith(FORM):
        return (await fields_of(request)).get(FORM_KEY_FIELD)
    return await form_key_in(request) if request.content_type == MULTIPART else None


def _is_same(given: str | None, expected: str | None) -> bool:
    if given is None or expected is None:
        return False
    # As bytes: text that is not ASCII cannot be compared in constant time.
    return compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _cookie_name(request: web.Request) -> str:
    return f"__Host-{COOKIE}" if is_secure(request) else COOKIE


def _said(session: Session) -> BrowserSession:
    return BrowserSession(token=session[_TOKEN], form_key=session[_FORM_KEY])
