"""POST /api/login, POST /api/logout and GET /api/accounts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web
from attrs import field, frozen

from photochanger_core.use_cases.log_in import LoggedIn
from photochanger_web.access import actor
from photochanger_web.address import client_address
from photochanger_web.etags import tagged
from photochanger_web.json_body import body_of
from photochanger_web.keys import CLAIMS, USE_CASES
from photochanger_web.query import flag_in

EVERYWHERE: Final = "everywhere"
"""Of `logout`: whether all sessions end."""


@frozen(kw_only=True)
class Credentials:
    """What somebody shows to log in."""

    username: str
    password: str = field(repr=False)


async def login(request: web.Request) -> web.Response:
    """Hand out a token for name and password."""
    given = await body_of(request, Credentials)
    logged_in = await request.app[USE_CASES].log_in(
        given.username, given.password, address=client_address(request)
    )
    return web.json_response(_as_json(logged_in))


async def logout(request: web.Request) -> web.Response:
    """End the token that the request is made with; on demand all of the account."""
    log_out, claims = request.app[USE_CASES].log_out, request[CLAIMS]
    if flag_in(request, EVERYWHERE):
        await log_out.everywhere(claims.account, by=actor(request))
    else:
        await log_out(claims, by=actor(request))
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def accounts(request: web.Request) -> web.Response:
    """Tell who may log in, and what they may do."""
    found = await request.app[USE_CASES].read_accounts()
    listed = [{"username": one.name, "scopes": sorted(one.scopes)} for one in found]
    return tagged(request, {"accounts": listed})


def _as_json(logged_in: LoggedIn) -> dict[str, object]:
    claims = logged_in.claims
    return {
        "access_token": logged_in.token,
        "token_type": "bearer",
        "expires_in": int(logged_in.life.total_seconds()),
        "scopes": sorted(claims.scopes),
    }
