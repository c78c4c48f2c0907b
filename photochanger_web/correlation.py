"""The name under which one request is found in logs, errors and jobs."""

from __future__ import annotations

import re
import uuid
from typing import Final

from aiohttp import web

HEADER: Final = "X-Correlation-Id"

_SANE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_KEY: Final = web.RequestKey("correlation_id", str)


def correlation_id(request: web.BaseRequest) -> str:
    """Return the name of *request*: the caller's if it is sane, else one of ours."""
    if _KEY not in request:
        given = request.headers.get(HEADER, "")
        request[_KEY] = given if _SANE.fullmatch(given) else uuid.uuid4().hex
    return request[_KEY]
