"""The name of a request: the caller's or ours."""

from __future__ import annotations

import uuid
from typing import Final

from aiohttp import web

from photochanger_core.domain.correlation import is_correlation_id

HEADER: Final = "X-Correlation-Id"

_KEY: Final = web.RequestKey("correlation_id", str)


def correlation_id(request: web.BaseRequest) -> str:
    """Return the name of *request*: the caller's if it is sane, else one of ours."""
    if _KEY not in request:
        given = request.headers.get(HEADER, "")
        request[_KEY] = given if is_correlation_id(given) else uuid.uuid4().hex
    return request[_KEY]
