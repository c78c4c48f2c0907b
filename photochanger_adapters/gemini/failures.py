"""What an answer with a status other than 200 means.

`{"error":{"code","message","status","details":[{"@type":…}]}}`, as Google's services answer
(google.rpc.Status); a proxy in between may answer anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from photochanger_adapters.provider_http.arrived import MAX_RETRY_AFTER, Arrived
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


def failure_of(arrived: Arrived) -> ProviderFailure:
    """Return the failure that *arrived*, whose status is not 200, stands for."""
    status, kind = arrived.status, kind_of(arrived.status)
    try:
        error = dig(parsed(arrived.body), "error")
    except NotJson:
        said = quote_bytes(arrived.content_type, arrived.body)
        return kind(f"HTTP {status}: {said}", retry_after=arrived.retry_after)
    said = quote(dig(error, "status"), dig(error, "message"))
    detail = f"{_hint(status, error)}HTTP {status}: {said}"
    return kind(detail, retry_after=_retry_after(error, arrived.retry_after))


def _hint(status: int, error: object) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return "the model does not exist (any more): "
    if BAD_KEY in (dig(detail, "reason") for detail in _details(error)):
        return "the API key is not valid: "
    return ""


def _details(error: object) -> list[object]:
    return listed(dig(error, "details"))


def _retry_after(error: object, header: float | None) -> float | None:
    return next(_delays(error), header)


def _delays(error: object) -> Iterator[float]:
    """Yield what RetryInfo says in seconds: `46s`, `10.970611001s`."""
    for detail in _details(error):
        delay = dig(detail, "retryDelay")
        if isinstance(delay, str) and (match := _DELAY.fullmatch(delay)):
            yield min(float(match[1]), MAX_RETRY_AFTER)
