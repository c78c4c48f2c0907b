"""Fetching a picture from where a provider says it lies."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from http import HTTPStatus

import aiohttp
from aiohttp.abc import AbstractResolver
from attrs import define, field, frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderServerError,
    ProviderUnreachable,
)

from .arrived import Arrived
from .endpoint import is_loopback
from .exchange import Call, Exchange
from .key import ApiKey
from .public_address import is_ip_literal, is_public
from .result_origins import Source
from .session import open_session


class NotPublic(OSError):
    """What a host's name led to is an address inside."""


@define(kw_only=True)
class PublicDials:
    """Makes the sockets for one download; aiohttp asks for one at each dial, with its address.

    Names are resolved before that: whatever they lead to at this moment is what is judged.

    Attributes:
        loopback_port: The one port on this machine that may be dialled, if any.
        refused: Addresses that were not.
    """

    loopback_port: int | None = None
    refused: list[str] = field(factory=list)

    def __call__(self, dial: aiohttp.AddrInfoType) -> socket.socket:
        """Return a socket for *dial*.

        Raises:
            NotPublic: If its address is not public, nor the one on this machine.
        """
        family, kind, protocol, _, address = dial
        host, port = str(address[0]), address[1]
        if not (is_public(host) or (port == self.loopback_port and _is_this_machine(host))):
            self.refused.append(host)
            raise NotPublic(f"{host} is not a public address")
        return socket.socket(family, kind, protocol)


@frozen(kw_only=True)
class Download:
    """Fetches pictures, each over a session of its own.

    With a proxy it is the proxy that resolves names and dials, and the operator who chose it:
    then `ResultOrigins` alone decides which hosts are asked for.

    Attributes:
        proxy_url: Outbound proxy, as of `open_session`.
        resolver: How names become addresses; None: as the system does it.
    """

    proxy_url: str | None = field(default=None, repr=False)
    resolver: AbstractResolver | None = None

    async def __call__(
        self, source: Source, *, key: ApiKey, home_headers: Mapping[str, str], seconds: float
    ) -> Blob:
        """Return the picture, its type by its bytes.

        Args:
            source: From `ResultOrigins`.
            key: What is shown to nobody.
            home_headers: What is said to the provider's own service, and nobody else.
            seconds: After which the connection is let go of.

        Raises:
            ProviderUnreachable: If it did not come, or not the whole of it in time.
            ProviderServerError: If the host has a fault of its own (5xx).
            ProviderBadResponse: If it is no picture, too long, encoded or somewhere else, or if
                the host's name leads inside. Nothing was dialled there.
        """
        call = Call(method="GET", url=source.url, headers=home_headers if source.is_home else {})
        dials = PublicDials(loopback_port=source.loopback_port)
        async with open_session(
            proxy_url=self.proxy_url,
            resolver=self.resolver,
            socket_factory=None if self.proxy_url else dials,
        ) as session:
            try:
                arrived = await Exchange(session=session, key=key)(call, seconds=seconds)
            except ProviderUnreachable:
                if not dials.refused:
                    raise
                told = ", ".join(dials.refused)
                raise ProviderBadResponse(f"the picture's host leads inside: {told}") from None
        return await asyncio.to_thread(_picture, arrived)


def _is_this_machine(host: str) -> bool:
    return is_ip_literal(host) and is_loopback(host)


def _picture(arrived: Arrived) -> Blob:
    """Read the answer. Hashing megabytes belongs in a thread."""
    if arrived.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ProviderServerError(f"the picture's host answers HTTP {arrived.status}")
    if arrived.status != HTTPStatus.OK:
        raise ProviderBadResponse(f"the picture's host answers HTTP {arrived.status}")
    return arrived.picture()
