"""What an answer with a status other than 200 means.

What such a body looks like is known of no status: its text is kept for the log, and nothing
is concluded from it.
"""

from __future__ import annotations

from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_adapters.provider_http.statuses import kind_of
from photochanger_adapters.provider_http.untrusted import (
    NotJson,
    dig,
    parsed,
    quote,
    quote_bytes,
)
from photochanger_core.domain.errors import ProviderFailure


def failure_of(arrived: Arrived) -> ProviderFailure:
    """Return the failure that *arrived*, whose status is not 200, stands for."""
    detail = f"HTTP {arrived.status}: {_said(arrived)}"
    return kind_of(arrived.status)(detail, retry_after=arrived.retry_after)


def said_in(document: object) -> str:
    """Return what *document* says of an error: the names are known, their texts are not."""
    return quote(dig(document, "error"), dig(document, "message"))


def _said(arrived: Arrived) -> str:
    try:
        said = said_in(parsed(arrived.body))
    except NotJson:
        said = ""
    return said or quote_bytes(arrived.content_type, arrived.body)
