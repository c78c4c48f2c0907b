"""How requests travel to Gemini and answers come back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

import aiohttp
from attrs import field, frozen

from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderUnreachable,
    ValidationFailed,
)
from photochanger_core.ports.provider import Answer, Order, ProviderPort

from .endpoint import DEFAULT_BASE_URL, check_base_url
from .key import ApiKey
from .protocol import BODY_LIMIT, KEY_HEADER, Request, answer, photo_limit, request
from .settings import DEFAULT_MODEL, GeminiSettings
from .untrusted import quote
from .upload import Upload

ANSWER_LIMIT: Final = 32 * 1024 * 1024
"""Bytes of JSON read of an answer at most; a 4K picture has some 20 MB."""

ERROR_LIMIT: Final = 64 * 1024
"""Bytes read of an error; what comes after is not worth having."""

CONNECT_SECONDS: Final = 5.0

# The whole is bounded by asyncio.timeout: aiohttp's own bound is tied to the answer it expects,
# and an answer that nobody asked for escaped it.
_CONNECT_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS)


@frozen(kw_only=True)
class _Arrived:
    """An answer as it came."""

    status: int
    content_type: str
    body: bytearray = field(repr=False)


@frozen(kw_only=True)
class GeminiProvider(ProviderPort):
    """Changes pictures with the Gemini Developer API.

    Attributes:
        session: From `open_session`; stays the caller's.
        api_key: Asked for each order, so that a new key counts at once.
        base_url: Where the service is: https, or this machine.
        body_limit: Bytes a request's body has at most.
    """

    session: aiohttp.ClientSession = field(repr=False)
    api_key: Callable[[], str | None] = field(repr=False)
    base_url: str = field(default=DEFAULT_BASE_URL, converter=check_base_url)
    body_limit: int = BODY_LIMIT

    def check_settings(self, operation: str, settings: Mapping[str, object]) -> None:
        GeminiSettings.of(operation, settings)

    def model(self, settings: Mapping[str, object]) -> str | None:
        return str(settings.get("model", DEFAULT_MODEL))

    @property
    def photo_limit(self) -> int:
        return photo_limit(self.body_limit)

    async def process(self, order: Order) -> Answer:
        wanted = self._request(order)
        key = ApiKey(self.api_key() or "")
        key.check()
        if order.seconds_left <= 0:
            raise ProviderUnreachable("no time is left for asking")
        arrived = await self._ask(wanted, key, order.seconds_left)
        return await asyncio.to_thread(_understood, arrived, key, wanted)

    def _request(self, order: Order) -> Request:
        try:
            return request(order, limit=self.body_limit)
        except ValidationFailed as error:
            raise ProviderMisconfigured(f"settings: {error.detail}") from error

    async def _ask(self, wanted: Request, key: ApiKey, seconds: float) -> _Arrived:
        upload = Upload(wanted.body)
        try:
            return await self._exchange(wanted.path, upload, key, seconds)
        except (aiohttp.ClientError, OSError) as error:  # an OSError: TimeoutError, too
            failure = _failure(error, key, may_have_begun=upload.begun)
        # Raised out here, it leads back to no error of aiohttp: those may quote the key.
        raise upload.failure or failure

    async def _exchange(self, path: str, upload: Upload, key: ApiKey, seconds: float) -> _Arrived:
        """Send and read, and let go of the connection however it ends."""
        async with (
            asyncio.timeout(seconds),
            self.session.post(
                self.base_url + path,
                data=upload,
                headers={KEY_HEADER: key, "Accept-Encoding": "identity"},
                allow_redirects=False,
                timeout=_CONNECT_TIMEOUT,
            ) as response,
        ):
            return _Arrived(
                status=response.status,
                content_type=key.hidden_in(response.headers.get("Content-Type", "")),
                body=await _body(response),
            )


async def _body(response: aiohttp.ClientResponse) -> bytearray:
    if response.status != HTTPStatus.OK:
        return (await _beginning(response, ERROR_LIMIT))[:ERROR_LIMIT]
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise ProviderBadResponse("an encoded answer, though only plain ones were asked for")
    if (response.content_length or 0) > ANSWER_LIMIT:
        raise ProviderBadResponse(f"an answer of {response.content_length} bytes")
    body = await _beginning(response, ANSWER_LIMIT)
    if len(body) > ANSWER_LIMIT:
        raise ProviderBadResponse(f"an answer of more than {ANSWER_LIMIT} bytes")
    return body


async def _beginning(response: aiohttp.ClientResponse, limit: int) -> bytearray:
    """Read until the end, or until more than *limit* bytes have come."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            break
    return body


def _failure(error: Exception, key: ApiKey, *, may_have_begun: bool) -> ProviderFailure:
    """Return what *error* means: a broken connection, unless what came was no HTTP at all.

    An answer cut short counts as a broken connection.
    """
    told = quote(type(error).__name__, key.hidden_in(_text(error)))
    came = isinstance(error, aiohttp.ClientResponseError)
    if came and not isinstance(error, aiohttp.ClientHttpProxyError):
        return ProviderBadResponse(told)
    return ProviderUnreachable(told, may_have_begun=may_have_begun)


def _text(error: Exception) -> str:
    """Return what *error* says, without the URL: that of a proxy holds its password."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"{error.status} {error.message}"
    return str(error)


def _understood(arrived: _Arrived, key: ApiKey, wanted: Request) -> Answer:
    """Read the answer. Decoding and hashing megabytes belong in a thread."""
    body = key.hidden_in_bytes(arrived.body)
    reply = answer(arrived.status, arrived.content_type, body)
    picture = BytesBlob(reply.picture, reply.media_type)
    return Answer(
        picture=picture,
        model=reply.model,
        usage=reply.usage,
        follows_photo=wanted.follows_photo,
    )
