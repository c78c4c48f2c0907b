"""What an answer with a status other than 200 means.

`{"error":{"code","message","status","details":[{"@type":…}]}}`, as Google's services answer
(google.rpc.Status); a proxy in between may answer anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from photochanger_adapters.provider_http.arrived import MAX_RETRY_AFTER
from photochanger_adapters.provider_http.statuses import kind_of
from photochanger_adapters.provider_http.untrusted import (
    NotJson,
    dig,
    listed,
    parsed,
    quote,
    quote_bytes,
)
from photochanger_core.domain.errors import ProviderFailure

BAD_KEY: Final = "API_KEY_INVALID"

_DELAY: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s", re.ASCII)


def failure_of(status: int, content_type: str, body: bytes | bytearray) -> ProviderFailure:
    """Return the failure that an answer with *status*, which is not 200, stands for."""
    try:
        error = dig(parsed(body), "error")
    except NotJson:
        return kind_of(status)(f"HTTP {status}: {quote_bytes(content_type, body)}")
    said = quote(dig(error, "status"), dig(error, "message"))
    detail = f"{_hint(status, error)}HTTP {status}: {said}"
    return kind_of(status)(detail, retry_after=_retry_after(error))


def _hint(status: int, error: object) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return "the model does not exist (any more): "
    if BAD_KEY in (dig(detail, "reason") for detail in _details(error)):
        return "the API key is not valid: "
    return ""


def _details(error: object) -> list[object]:
    return listed(dig(error, "details"))


def _retry_after(error: object) -> float | None:
    return next(_delays(error), None)


def _delays(error: object) -> Iterator[float]:
    """Yield what RetryInfo says in seconds: `46s`, `10.970611001s`."""
    for detail in _details(error):
        delay = dig(detail, "retryDelay")
        if isinstance(delay, str) and (match := _DELAY.fullmatch(delay)):
            yield min(float(match[1]), MAX_RETRY_AFTER)
