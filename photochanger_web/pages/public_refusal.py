"""What guests see instead of a picture or a gallery, and everybody of whom nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import web

from photochanger_core.domain.errors import reason_of
from photochanger_web.correlation import correlation_id
from photochanger_web.errors import (
    STATUS,
    error_response,
    http_code,
    http_headers,
    retry_headers,
)

from .browsers import wants_page
from .public_page import render_public

_FOR_PROGRAMS: Final = ("api", "ingest")
"""Under these nobody is told anything in pages, whatever is asked for: booths are there."""

_BY_REASON: Final[Mapping[str, str]] = {
    "result_expired": "expired",
    "result_not_found": "no_picture",
    "slot_not_found": "no_gallery",
    "media_expired": "ended",
}
_BY_STATUS: Final[Mapping[int, str]] = {
    HTTPStatus.NOT_FOUND: "nothing",
    HTTPStatus.GONE: "ended",
    HTTPStatus.TOO_MANY_REQUESTS: "too_fast",
    HTTPStatus.SERVICE_UNAVAILABLE: "away",
}
"""What it is in words: the texts `public.WHAT` and `public.WHAT_why`."""

KINDS: Final = frozenset({*_BY_REASON.values(), *_BY_STATUS.values(), "wrong", "broken"})
"""All there is."""


async def told(error: Exception, request: web.Request) -> web.Response:
    """Tell people on a page what is wrong if they look with a browser, and programs in JSON."""
    if _is_for_programs(request.path) or not wants_page(request):
        return error_response(error, request)
    if isinstance(error, web.HTTPException):
        status, reason, headers = error.status, http_code(error), http_headers(error)
    else:
        reason = reason_of(error)
        status, headers = STATUS[reason], retry_headers(error)
    return render_public(
        request,
        "public_refused.html",
        status=status,
        headers=headers,
        kind=_kind(status, reason),
        is_our_fault=status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        retry_after=headers.get("Retry-After"),
        correlation_id=correlation_id(request),
    )


def _is_for_programs(path: str) -> bool:
    return path.lstrip("/").partition("/")[0] in _FOR_PROGRAMS


def _kind(status: int, reason: str) -> str:
    usual = "broken" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "wrong"
    return _BY_REASON.get(reason) or _BY_STATUS.get(status, usual)
