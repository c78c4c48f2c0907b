"""One request to a provider and its answer, bounded in time and size."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import aiohttp
from attrs import field, frozen
from multidict import CIMultiDict, CIMultiDictProxy

from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderFailure,
    ProviderUnreachable,
)

from .arrived import Arrived
from .key import ApiKey
from .untrusted import quote
from .upload import Upload

ANSWER_LIMIT: Final = 32 * 1024 * 1024
"""Bytes read of an answer at most; a 4K picture has some 20 MB as base64."""

ERROR_LIMIT: Final = 64 * 1024
"""Bytes read of an error; what comes after is not worth having."""

CONNECT_SECONDS: Final = 5.0

# The whole is bounded by asyncio.timeout: aiohttp's own bound is tied to the answer it expects,
# and an answer that nobody asked for escaped it.
_CONNECT_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS)


@frozen(kw_only=True)
class Call:
    """A request to a provider.

    Attributes:
        upload: The body, if it is to be streamed.
        form: The body, if it is short: a session that remembers answers can tell it from others.
        limit: Bytes that an answer with status 200 may have.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    upload: Upload | None = None
    form: bytes | None = field(default=None, repr=False)
    limit: int = ANSWER_LIMIT


@frozen(kw_only=True)
class Exchange:
    """Calls a provider and reads what it answers, whatever that is.

    Attributes:
        session: From `open_session` or `open_ping_session`; stays the caller's.
        key: What is shown to nobody, wherever it may turn up.
    """

    session: aiohttp.ClientSession = field(repr=False)
    key: ApiKey

    async def __call__(self, call: Call, *, seconds: float) -> Arrived:
        """Return the answer, whatever its status; redirects are answers like others.

        Args:
            call: What is sent, once.
            seconds: After which the connection is let go of, however it stands.

        Raises:
            ProviderUnreachable: If none came, or not the whole of it in time.
            ProviderBadResponse: If what came is no HTTP, is encoded or too long.
            CoreError: Why the upload could not be read.
        """
        if seconds <= 0:
            raise ProviderUnreachable("no time is left for asking")
        try:
            return await self._arrived(call, seconds)
        except (aiohttp.ClientError, OSError) as error:  # an OSError: TimeoutError, too
            begun = call.upload is not None and call.upload.begun
            failure = _failure(error, self.key, may_have_begun=begun)
        # Raised out here, it leads back to no error of aiohttp: those may quote the key.
        raise (call.upload and call.upload.failure) or failure

    async def _arrived(self, call: Call, seconds: float) -> Arrived:
        """Send and read, and let go of the connection however it ends."""
        async with (
            asyncio.timeout(seconds),
            self.session.request(
                call.method,
                call.url,
                data=call.form if call.upload is None else call.upload,
                headers={"Accept-Encoding": "identity", **call.headers},
                allow_redirects=False,
                timeout=_CONNECT_TIMEOUT,
            ) as response,
        ):
            return Arrived(
                status=response.status,
                headers=self._told(response.headers),
                body=self.key.hidden_in_bytes(await _body(response, call.limit)),
            )

    def _told(self, headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
        hidden = self.key.hidden_in
        return CIMultiDict((hidden(name), hidden(value)) for name, value in headers.items())


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytearray:
    if response.status != HTTPStatus.OK:
        return (await beginning(response, ERROR_LIMIT))[:ERROR_LIMIT]
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise ProviderBadResponse("an encoded answer, though only plain ones were asked for")
    if (response.content_length or 0) > limit:
        raise ProviderBadResponse(f"an answer of {response.content_length} bytes")
    body = await beginning(response, limit)
    if len(body) > limit:
        body.clear()  # the error leads back to it
        raise ProviderBadResponse(f"an answer of more than {limit} bytes")
    return body


async def beginning(response: aiohttp.ClientResponse, limit: int) -> bytearray:
    """Return the body of *response*, or a little more than its first *limit* bytes."""
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
