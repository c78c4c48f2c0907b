"""What is said to Gemini and what its answers mean. No I/O here.

The service: the Gemini Developer API, `generateContent` and the look-up of models of `v1beta`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Final

import orjson
from attrs import asdict, evolve, frozen

from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_adapters.provider_http.untrusted import NotJson, dig, parsed, quote_bytes
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import PayloadTooLarge, ProviderBadResponse
from photochanger_core.ports.provider import Order

from .body import Body, base64_size
from .failures import failure_of
from .pictures_inside import emptied
from .reply import Reply, reply_in
from .settings import OPERATION, GeminiSettings

BODY_LIMIT: Final = 20 * 1024 * 1024
"""Bytes a request's body has at most: 20 MiB, pictures as base64 included."""

TEXT_ROOM: Final = 128 * 1024
"""Bytes of a body kept for all that is no picture: more than the longest texts need."""

CONTENT_TYPE: Final = "application/json"
KEY_HEADER: Final = "x-goog-api-key"


@frozen(kw_only=True)
class Request:
    """A POST that somebody else sends, with the header `KEY_HEADER` and a body of JSON.

    Attributes:
        follows_photo: Whether the answer is meant to have the shape of the photo.
    """

    path: str
    body: Body
    follows_photo: bool


def photo_limit(body_limit: int, templates: Sequence[int] = ()) -> int:
    """Return how many bytes a photo may have in a body so long, all pictures being base64.

    Args:
        body_limit: Bytes of the body.
        templates: Bytes of the pictures that come along.
    """
    taken = TEXT_ROOM + sum(map(base64_size, templates))
    return max(0, body_limit - taken) // 4 * 3


def request(order: Order, *, limit: int = BODY_LIMIT) -> Request:
    """Return the request for *order*, with a body of at most *limit* bytes.

    Raises:
        ValidationFailed: If the settings are not what `GeminiSettings` wants.
        PayloadTooLarge: If the body would be longer.
    """
    settings = GeminiSettings.of(order.operation, order.settings, templates=len(order.templates))
    body = Body(tuple(_pieces(settings, (order.photo, *order.templates))))
    if body.size > limit:
        raise PayloadTooLarge(f"the provider's request would have {body.size} bytes of {limit}")
    return Request(
        path=f"{_path(settings)}:generateContent",
        body=body,
        follows_photo=settings.aspect_ratio is None,
    )


def answer(arrived: Arrived) -> Reply:
    """Return the picture in what arrived, whatever anybody sent.

    Raises:
        ProviderFailure: One of its kinds, if there is no picture.
    """
    short = emptied(_good(arrived).body)
    return reply_in(_document(evolve(arrived, body=short.body)), short.pictures)


def look_up(settings: Mapping[str, object]) -> str:
    """Return the path that tells of the model that an order with *settings* would go to.

    A look-up needs no prompt, so none is asked for.

    Raises:
        ValidationFailed: If the settings are not what `GeminiSettings` wants.
    """
    return _path(GeminiSettings.of(OPERATION, {"prompt": "any", **settings}))


def check_found(arrived: Arrived) -> None:
    """Return if the answer to `look_up` tells of a model.

    Raises:
        ProviderFailure: One of its kinds, if it does not.
    """
    if not isinstance(dig(_document(_good(arrived)), "name"), str):
        said = quote_bytes(arrived.content_type, arrived.body)
        raise ProviderBadResponse(f"no model, but {said}")


def _good(arrived: Arrived) -> Arrived:
    if arrived.status != HTTPStatus.OK:
        raise failure_of(arrived)
    return arrived


def _document(arrived: Arrived) -> object:
    try:
        return parsed(arrived.body)
    except NotJson as error:
        said = quote_bytes(arrived.content_type, arrived.body)
        raise ProviderBadResponse(f"{error}, but {said}") from error


def _path(settings: GeminiSettings) -> str:
    return f"/v1beta/models/{settings.model}"


def _pieces(settings: GeminiSettings, pictures: tuple[Blob, ...]) -> Iterator[bytes | Blob]:
    """Yield the body: the photo, the templates, the text, then what the slot sets beside them."""
    yield b'{"contents":[{"role":"user","parts":['
    for picture in pictures:
        yield b'{"inlineData":{"mimeType":"%s","data":"' % picture.media_type.value.encode()
        yield picture
        yield b'"}},'
    # The rest is an object of its own; this one goes on where its brace would open.
    yield b'{"text":%s}]}],' % orjson.dumps(settings.prompt) + orjson.dumps(_rest(settings))[1:]


def _rest(settings: GeminiSettings) -> dict[str, object]:
    rest: dict[str, object] = {"generationConfig": _generation_config(settings)}
    if settings.system_instruction.strip():
        rest["systemInstruction"] = {"parts": [{"text": settings.system_instruction}]}
    if settings.safety_settings:
        rest["safetySettings"] = [asdict(item) for item in settings.safety_settings]
    return rest


def _generation_config(settings: GeminiSettings) -> dict[str, object]:
    wanted = {"aspectRatio": settings.aspect_ratio, "imageSize": settings.image_size}
    image_config = {name: value for name, value in wanted.items() if value is not None}
    config: dict[str, object] = {"responseModalities": ["TEXT", "IMAGE"]}
    return config | ({"imageConfig": image_config} if image_config else {})
