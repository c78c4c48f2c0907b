"""How a caller addresses this server."""

from __future__ import annotations

import re
from typing import Final

from aiohttp import hdrs, web

from photochanger_core.domain.errors import InvalidRequest
from photochanger_core.domain.problems import Problem

_HOST: Final = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")


def check_host(request: web.BaseRequest) -> None:
    """Pass if the caller names one host, or none (RFC 9112, 3.2).

    Raises:
        InvalidRequest: If the name is none, so that nobody is sent a link to it.
    """
    named = request.headers.getall(hdrs.HOST, [])
    if len(named) > 1 or not all(map(_HOST.fullmatch, named)):
        raise InvalidRequest(hdrs.HOST, Problem.MALFORMED)


def own_url(request: web.BaseRequest) -> str:
    """Return the beginning of a link to this server: as the caller names it, else its address."""
    host = request.headers.get(hdrs.HOST) or _address(request)
    return f"{request.scheme}://{host}"


def _address(request: web.BaseRequest) -> str:
    assert request.transport is not None  # noqa: S101 - asked for while somebody is connected
    host, port = request.transport.get_extra_info("sockname")[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
