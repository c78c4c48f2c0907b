"""The HTTP session towards a provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver

from .interim import PatientResponse

CONNECTIONS: Final = 64
"""Open at most. Turns bound the calls long before; this bounds a mistake."""

READ_BUFFER: Final = 2**16
"""Bytes read ahead of whoever counts them; larger ones make the loop stall."""


def precautions(**connecting: Any) -> dict[str, Any]:  # noqa: ANN401 - as TCPConnector takes it
    """Return the arguments of a session towards somebody whom nobody vouches for.

    Nothing of the environment, no cookies, a connection for each request (decision 5), and no
    inflating: an answer that comes compressed all the same is refused, so a small body cannot
    become a large one.

    Args:
        connecting: What else the connector is told.
    """
    return {
        "connector": aiohttp.TCPConnector(limit=CONNECTIONS, force_close=True, **connecting),
        "cookie_jar": aiohttp.DummyCookieJar(),
        "trust_env": False,
        "auto_decompress": False,
        "raise_for_status": False,
        "read_bufsize": READ_BUFFER,
        "response_class": PatientResponse,
    }


@asynccontextmanager
async def open_session(
    *,
    proxy_url: str | None = None,
    resolver: AbstractResolver | None = None,
    socket_factory: aiohttp.SocketFactoryType | None = None,
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open the session that `Exchange` wants, with all `precautions`.

    Args:
        proxy_url: Outbound proxy, for places where the service does not answer directly.
        resolver: How names become addresses; None: as the system does it.
        socket_factory: Makes the socket of each connection, or raises OSError; None: just makes it.
    """
    safe = precautions(resolver=resolver, socket_factory=socket_factory)
    async with aiohttp.ClientSession(proxy=proxy_url, **safe) as session:
        yield session
