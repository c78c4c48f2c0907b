"""/parts/session: how long a browser's session lasts, for the pages that are open in it."""

from __future__ import annotations

import math
from typing import Final

from aiohttp import web
from attrs import evolve

from photochanger_core.domain.browser_session import OpenedSession
from photochanger_web.keys import CLAIMS
from photochanger_web.sessions import opened_session

PATH: Final = "/parts/session"


async def show(request: web.Request) -> web.Response:
    """Tell how long the session lasts if nobody does anything, and what forms have to come with.

    Whoever has logged in anew meanwhile, in another window, sends what is filled in with that.
    """
    return _answer(request, await opened_session(request))


async def stay(request: web.Request) -> web.Response:
    """Begin to be idle anew: somebody says to be there."""
    opened = await opened_session(request)
    return _answer(request, evolve(opened, seen_at=opened.opened_at))


def _answer(request: web.Request, opened: OpenedSession) -> web.Response:
    ends_at = request[CLAIMS].expires_at
    return web.json_response(
        {
            "seconds_left": math.floor(opened.left(ends_at).total_seconds()),
            "may_last": opened.may_last(ends_at),
            "csrf_token": opened.session.form_key,
        }
    )
