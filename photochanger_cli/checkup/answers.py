"""What somebody answers whom nobody vouches for."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from attrs import field, frozen

_MOST_BYTES: Final = 2**16


class Unreachable(Exception):
    """Nobody answers; the text says why."""


@frozen
class Answered:
    """What was answered, cut off where it is too long to be of ours."""

    status: int
    body: bytes = field(repr=False)

    @property
    def document(self) -> Mapping[str, Any]:
        """What it says, if that is an object of JSON; else nothing."""
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return document if isinstance(document, dict) else {}


async def answered(session: aiohttp.ClientSession, url: str, *, seconds: float) -> Answered:
    """Return what is answered at *url* within *seconds*; redirects are answers.

    Raises:
        Unreachable: If nothing is.
    """
    try:
        async with session.get(
            url,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=seconds),
            headers={"Accept-Encoding": "identity"},
        ) as response:
            return Answered(response.status, await _beginning(response))
    except TimeoutError:
        raise Unreachable(f"no answer in {seconds:g} s") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise Unreachable(_why(error)) from error


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """Return the body, or so much of it that it is plain that it is none of ours."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _MOST_BYTES:
            break
    return bytes(body)


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"certificate: {error.certificate_error}"
    if isinstance(error, aiohttp.ClientSSLError):  # its numbers are those of TLS
        return str(error.os_error)
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno or 0  # resolvers have numbers of their own, below zero
        return os.strerror(number) if number > 0 else str(error.os_error)
    return type(error).__name__
