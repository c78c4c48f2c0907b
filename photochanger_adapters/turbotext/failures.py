"""What an answer with a status other than 200 means.

What such a body looks like is known of no status: its text is kept for the log, and nothing
is concluded from it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_adapters.provider_http.untrusted import (
    NotJson,
    dig,
    parsed,
    quote,
    quote_bytes,
)
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderQuota,
    ProviderServerError,
)

_OURS: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    }
)
"""What a wrong key, method, parameter or base URL of ours is answered with."""

_USED_UP: Final = frozenset({HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.TOO_MANY_REQUESTS})


def failure_of(arrived: Arrived) -> ProviderFailure:
    """Return the failure that *arrived*, whose status is not 200, stands for."""
    detail = f"HTTP {arrived.status}: {_said(arrived)}"
    return _kind(arrived.status)(detail, retry_after=arrived.retry_after)


def said_in(document: object) -> str:
    """Return what *document* says of an error: the names are known, their texts are not."""
    return quote(dig(document, "error"), dig(document, "message"))


def _said(arrived: Arrived) -> str:
    try:
        said = said_in(parsed(arrived.body))
    except NotJson:
        said = ""
    return said or quote_bytes(arrived.content_type, arrived.body)


def _kind(status: int) -> type[ProviderFailure]:
    if status in _USED_UP:
        return ProviderQuota
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProviderServerError
    return ProviderMisconfigured if status in _OURS else ProviderBadResponse
