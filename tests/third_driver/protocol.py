"""What is said to Mirror and what its answers mean. No I/O here."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import quote as escaped
from urllib.parse import urlencode

from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_adapters.provider_http.statuses import kind_of
from photochanger_adapters.provider_http.untrusted import NotJson, dig, parsed, quote, quote_bytes
from photochanger_core.domain.errors import (
    PayloadTooLarge,
    ProviderBadResponse,
    ProviderFailure,
    ProviderNoPicture,
    ProviderRefused,
)
from photochanger_core.ports.provider import Answer, Order

from .settings import MirrorSettings

KEY_HEADER: Final = "X-Api-Key"
STATUS: Final = "/v1/status"
PHOTO_LIMIT: Final = 20 * 1024 * 1024
"""Bytes of a photo."""

_KINDS: Final[Mapping[int, type[ProviderFailure]]] = {
    HTTPStatus.NO_CONTENT: ProviderNoPicture,
    HTTPStatus.UNPROCESSABLE_ENTITY: ProviderRefused,
}
"""Statuses that mean something of their own here."""


def target(order: Order) -> str:
    """Return where the photo of *order* is posted to: path and query.

    Raises:
        ValidationFailed: If the settings are not what `MirrorSettings` wants.
        PayloadTooLarge: If the photo is over the limit.
    """
    settings = MirrorSettings.of(order.operation, order.settings, templates=len(order.templates))
    if order.photo.size > PHOTO_LIMIT:
        raise PayloadTooLarge(f"a photo of {order.photo.size} bytes of {PHOTO_LIMIT}")
    query = {"style": settings.style, "prompt": settings.prompt}
    return f"/v1/mirror?{urlencode(query, quote_via=escaped)}"


def answer(arrived: Arrived) -> Answer:
    """Return the picture in *arrived*, and what is left of the account. Hashing: use a thread.

    Raises:
        ProviderFailure: One of its kinds, if there is no picture.
    """
    _check(arrived)
    left = arrived.count("X-Units-Left")
    return Answer(
        picture=arrived.picture(), quota_left={} if left is None else {"units_left": left}
    )


def check_well(arrived: Arrived) -> None:
    """Return if *arrived* is how the service answers when it is well.

    Raises:
        ProviderFailure: One of its kinds, if it is not.
    """
    _check(arrived)
    try:
        document = parsed(arrived.body)
    except NotJson:
        document = None
    if not isinstance(document, dict):
        said = quote_bytes(arrived.content_type, arrived.body)
        raise ProviderBadResponse(f"no status, but {said}")


def _check(arrived: Arrived) -> None:
    if arrived.status != HTTPStatus.OK:
        kind = _KINDS.get(arrived.status) or kind_of(arrived.status)
        raise kind(f"HTTP {arrived.status}: {_said(arrived)}", retry_after=arrived.retry_after)


def _said(arrived: Arrived) -> str:
    try:
        return quote(dig(parsed(arrived.body), "reason"))
    except NotJson:
        return quote_bytes(arrived.content_type, arrived.body)
