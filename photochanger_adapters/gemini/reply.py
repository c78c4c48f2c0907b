"""What is in an answer with status 200: a picture, or the reason why there is none.

Refusals come with 200, often without any parts. The names of reasons are those of the
service's reference (FinishReason, BlockReason).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeGuard

import pybase64
from attrs import field, frozen

from photochanger_adapters.provider_http.untrusted import dig, listed, quote
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderNoPicture,
    ProviderRefused,
)
from photochanger_core.domain.picture import MediaType, sniff

REFUSALS: Final = frozenset(
    {
        "SAFETY",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "RECITATION",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
    }
)
TOO_SHORT: Final = "MAX_TOKENS"
COUNTS: Final = ("promptTokenCount", "candidatesTokenCount", "totalTokenCount")

_MAX_NAME: Final = 100
_MAX_COUNT: Final = 2**31 - 1


@frozen(kw_only=True)
class Reply:
    """A picture as the service sent it, its type by its first bytes.

    Attributes:
        model: The version that answered, if told.
        usage: Tokens counted, by the service's names.
    """

    picture: bytes = field(repr=False)
    media_type: MediaType
    model: str | None
    usage: Mapping[str, int]


def reply_in(document: object, pictures: Mapping[str, bytes]) -> Reply:
    """Return the picture in *document*, the JSON of an answer with status 200.

    Args:
        document: What was parsed.
        pictures: By what stands in their place; others are there as base64.

    Raises:
        ProviderRefused: If the content policy forbids it.
        ProviderMisconfigured: If the slot's settings left no room for a picture.
        ProviderNoPicture: If it holds no picture, or something else in its place.
        ProviderBadResponse: If it is no answer of the service.
    """
    candidate = next(iter(listed(dig(document, "candidates"))), None)
    _refuse(dig(document, "promptFeedback", "blockReason"), candidate)
    data = _last_picture(candidate)
    if data is None:
        raise _without_picture(document, candidate)
    picture = _decoded(data, pictures)
    return Reply(
        picture=picture,
        media_type=_type_of(picture),
        model=_name(dig(document, "modelVersion")),
        usage=_usage(dig(document, "usageMetadata")),
    )


def _refuse(block_reason: object, candidate: object) -> None:
    if isinstance(block_reason, str):
        raise ProviderRefused(f"prompt blocked: {quote(block_reason)}")
    reason = dig(candidate, "finishReason")
    if isinstance(reason, str) and reason in REFUSALS:
        raise ProviderRefused(quote(reason, *_said(candidate)))


def _without_picture(document: object, candidate: object) -> ProviderFailure:
    """Return why: reasons that are unknown, or not given, are taken for a bad day."""
    reason = dig(candidate, "finishReason")
    if reason == TOO_SHORT:
        return ProviderMisconfigured("the answer hit the limit of tokens before any picture")
    if not isinstance(candidate, dict):
        said = quote(dig(document, "error", "message"))
        return ProviderBadResponse(f"no candidate: {said or 'nothing said'}")
    said = quote(reason, *_said(candidate))
    return ProviderNoPicture(f"no picture: {said or 'no reason given'}")


def _parts(candidate: object) -> list[object]:
    return listed(dig(candidate, "content", "parts"))


def _last_picture(candidate: object) -> object:
    """Return the data of the last picture that is no thought: drafts come before it."""
    for part in reversed(_parts(candidate)):
        data = dig(part, "inlineData", "data")
        if data is not None and dig(part, "thought") is not True:
            return data
    return None


def _said(candidate: object) -> list[object]:
    return [dig(candidate, "finishMessage"), *(dig(part, "text") for part in _parts(candidate))]


def _decoded(data: object, pictures: Mapping[str, bytes]) -> bytes:
    if not isinstance(data, str):
        raise ProviderNoPicture("the picture's data is no text")
    if data in pictures:
        return pictures[data]
    try:
        return pybase64.b64decode(data, validate=True)
    except ValueError as error:
        raise ProviderNoPicture("the picture's data is no base64") from error


def _type_of(picture: bytes) -> MediaType:
    """Return the type by the bytes; the `mimeType` that came along may say what it likes."""
    media_type = sniff(picture)
    if media_type is None:
        raise ProviderNoPicture("what came as a picture is no JPEG, PNG or WebP")
    return media_type


def _name(value: object) -> str | None:
    if isinstance(value, str) and value.isprintable() and 0 < len(value) <= _MAX_NAME:
        return value
    return None


def _usage(value: object) -> dict[str, int]:
    return {name: count for name in COUNTS if _is_count(count := dig(value, name))}


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_COUNT
