"""What is said to Turbotext and what its answers mean. No I/O here.

A photo goes through a queue: `create_queue` takes it in, once, and is paid for; `get_result` is
asked until it tells where the picture lies. Both go to the path of the method.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final, TypeGuard
from urllib.parse import urlencode, urljoin

from attrs import field, frozen

from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_adapters.provider_http.untrusted import (
    NotJson,
    dig,
    listed,
    parsed,
    quote,
    quote_bytes,
)
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderMisconfigured,
    ProviderRefused,
)
from photochanger_core.ports.provider import Order

from .failures import failure_of, said_in
from .settings import TurbotextSettings

CONTENT_TYPE: Final = "application/x-www-form-urlencoded"
KEY_HEADER: Final = "Authorization"

OVERVIEW: Final = "/api_ai/available_api"
"""The path that tells what an account may ask for: no picture is needed for it, or made."""

LIMITS: Final = ("foto_limit", "text_limit")
"""What the service counts: operations that are left."""

MAX_URL: Final = 4_096
"""Characters that a picture's URL has at most."""

_MAX_COUNT: Final = 2**31 - 1
_QUEUE_ID: Final = re.compile(r"\d{1,20}", re.ASCII)


@frozen(kw_only=True)
class Errand:
    """What is said about one photo: forms that somebody else sends.

    Attributes:
        path: Of the method; all is posted there.
        fields: The form that describes the work.
        follows_photo: Whether the answer is meant to have the shape of the photo.
    """

    path: str
    fields: Mapping[str, str] = field(repr=False)
    follows_photo: bool

    def create(self) -> bytes:
        """Return the form that begins the work."""
        return _form({"do": "create_queue", **self.fields})

    def ask(self, queue_id: str) -> bytes:
        """Return the form that asks how the work under *queue_id* is getting on."""
        return _form({"do": "get_result", "queueid": queue_id})


@frozen(kw_only=True)
class Made:
    """The work is done.

    Attributes:
        url: Where the picture is said to lie. Nobody vouches for that.
        quota_left: What is left, by the service's names.
    """

    url: str = field(repr=False)
    quota_left: Mapping[str, int]


def errand(order: Order) -> Errand:
    """Return what to say about *order*.

    Raises:
        ValidationFailed: If the settings are not what `TurbotextSettings` wants.
        ProviderMisconfigured: If there are no links to the pictures.
    """
    settings = TurbotextSettings.of(order.operation, order.settings, templates=len(order.templates))
    names = (settings.guest_field, settings.template_field)
    wanted = [name for name in names if name is not None]
    if len(order.links) < len(wanted):
        raise ProviderMisconfigured(
            "the service fetches pictures by links: this server needs a public address for them"
        )
    return Errand(
        path=f"/api_ai/{settings.method}",
        fields={**dict(zip(wanted, order.links, strict=False)), **settings.fields},
        follows_photo=settings.follows_photo,
    )


def overview() -> bytes:
    """Return the form for `OVERVIEW`."""
    return _form({"do": "create_queue"})


def check_taken(arrived: Arrived) -> None:
    """Return if *arrived*, the answer to `overview`, does not say no.

    What else it may say is nowhere documented, so nothing is concluded from that.

    Raises:
        ProviderFailure: One of its kinds, if it does, or if it is no JSON.
    """
    _refuse(_document(arrived), arrived)


def queued(arrived: Arrived) -> str:
    """Return the number under which the work was taken in, from the answer to `create`.

    Raises:
        ProviderFailure: One of its kinds, if it was not.
    """
    document = _document(arrived)
    _refuse(document, arrived)
    queue_id = dig(document, "queueid")
    number = str(queue_id) if _is_whole(queue_id) else queue_id
    if isinstance(number, str) and _QUEUE_ID.fullmatch(number):
        return number
    raise ProviderBadResponse(f"no queueid: {_shown(arrived)}")


def made(arrived: Arrived, base_url: str) -> Made | None:
    """Return what came of the work, from the answer to `ask`; None: it goes on, ask again.

    Args:
        arrived: The answer.
        base_url: What URLs may be relative to.

    Raises:
        ProviderFailure: One of its kinds, if it has ended without a picture.
    """
    document = _document(arrived)
    if dig(document, "action") == "reconnect":  # success may say anything then
        return None
    _refuse(document, arrived)
    place = next(_places(document), None)
    if place is None:
        raise ProviderBadResponse(f"no picture: {_shown(arrived)}")
    return Made(url=_absolute(place, base_url), quota_left=_left(dig(document, "limits")))


def _form(fields: Mapping[str, str]) -> bytes:
    return urlencode(fields).encode()


def _document(arrived: Arrived) -> object:
    if arrived.status != HTTPStatus.OK:
        raise failure_of(arrived)
    try:
        return parsed(arrived.body)
    except NotJson as error:
        raise ProviderBadResponse(f"{error}, but {_shown(arrived)}") from error


def _refuse(document: object, arrived: Arrived) -> None:
    """Pass unless the service says no: to the picture, or to us."""
    if dig(document, "data", "forbidden_content") is True:
        raise ProviderRefused(f"forbidden content: {said_in(document) or _shown(arrived)}")
    if dig(document, "success") is False:
        raise ProviderBadResponse(f"no success: {said_in(document) or _shown(arrived)}")


def _places(document: object) -> Iterator[str]:
    """Yield the URLs in *document*, the one that counts first."""
    for place in (
        dig(document, "uploaded_image"),
        dig(document, "data", "uploaded_image"),
        *listed(dig(document, "data", "image"))[:1],
    ):
        if isinstance(place, str) and place.strip():
            yield place.strip()


def _absolute(place: str, base_url: str) -> str:
    try:
        url = urljoin(f"{base_url}/", place)
    except ValueError:
        url = ""
    if 0 < len(url) <= MAX_URL and place.isprintable():
        return url
    raise ProviderBadResponse(f"the picture's URL is none: {quote(place)}")


def _left(limits: object) -> dict[str, int]:
    counts = ((name, dig(limits, name)) for name in LIMITS)
    return {name: count for name, count in counts if _is_whole(count) and count <= _MAX_COUNT}


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _shown(arrived: Arrived) -> str:
    return quote_bytes(arrived.content_type, arrived.body)
