"""How a caller addresses this server."""

from __future__ import annotations

import re
from typing import Final

from aiohttp import hdrs, web
from yarl import URL

from photochanger_core.domain.errors import ForeignRequest, InvalidRequest
from photochanger_core.domain.problems import Problem

from .address import is_from
from .keys import CONFIG

_HOST: Final = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")

_FETCH_SITE: Final = "Sec-Fetch-Site"


def check_host(request: web.BaseRequest) -> None:
    """Pass if the caller names one host, or none (RFC 9112, 3.2).

    Raises:
        InvalidRequest: If the name is none, so that nobody is sent a link to it.
    """
    named = request.headers.getall(hdrs.HOST, [])
    if len(named) > 1 or not all(map(_HOST.fullmatch, named)):
        raise InvalidRequest(hdrs.HOST, Problem.MALFORMED)


def is_secure(request: web.Request) -> bool:
    """Whether nobody between the caller and us reads along, as far as a trusted proxy knows."""
    said = request.headers.get(hdrs.X_FORWARDED_PROTO)
    if said is None or not is_from(request.remote or "", request.app[CONFIG].trusted_proxies):
        return request.secure
    return said.rpartition(",")[2].strip().lower() == "https"


def own_url(request: web.Request) -> str:
    """Return the beginning of a link to this server: as the caller names it, else its address."""
    host = request.headers.get(hdrs.HOST) or _address(request)
    return f"{'https' if is_secure(request) else 'http'}://{host}"


def check_own_request(request: web.Request) -> None:
    """Pass if one of our own pages has made the browser send *request*.

    Browsers say so themselves (https://www.w3.org/TR/fetch-metadata), over plain HTTP at least by
    `Origin`; no page can make them lie.

    Raises:
        ForeignRequest: If it was another one, or the browser does not say.
    """
    site = request.headers.get(_FETCH_SITE)
    if site is None:
        is_own = request.headers.get(hdrs.ORIGIN) in _own_origins(request)
    else:
        is_own = site == "same-origin"
    if not is_own:
        raise ForeignRequest


def is_asked_for_elsewhere(request: web.Request) -> bool:
    """Whether a page that is not ours has made a browser send *request*, as browsers say."""
    return request.headers.get(_FETCH_SITE, "none") not in ("same-origin", "none")


def _own_origins(request: web.Request) -> set[str]:
    public = request.app[CONFIG].public_base_url
    return {own_url(request), *([] if public is None else [str(URL(public).origin())])}


def _address(request: web.BaseRequest) -> str:
    assert request.transport is not None  # noqa: S101 - asked for while somebody is connected
    host, port = request.transport.get_extra_info("sockname")[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
