"""The whole server: ports, use cases and the web over them, on a socket."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from typing import Final

import structlog
from aiohttp import web
from aiohttp.http_parser import HttpRequestParser, HttpRequestParserPy

from photochanger_adapters.system.heap import settle_heap, share_heap
from photochanger_core.assembly import Ports, UseCases
from photochanger_core.domain.errors import MediaForeign, QueueUnavailable
from photochanger_web.app import create_app
from photochanger_web.config import WebConfig
from photochanger_web.server import serving
from photochanger_web.starting import answering_at_start

from .failures import CommandFailed
from .first_start import make_first_accounts, set_first_values
from .locale import phrase
from .settings import ServerSettings
from .system_errors import why
from .wiring import open_ports

log: Final = structlog.stdlib.get_logger("photochanger.cli")

_LONGEST_RUN: Final = 120
"""Seconds: the longest sync window, and as long again for a late answer that is kept."""

_LAST_WORDS_SECONDS: Final = 5.0
"""What answers may take beyond the longest run; whoever reads more slowly is cut off."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on *host* and *port*; port 0: any free one.

    To be called before anything else is touched: whoever gets no socket is a second server of
    the same name and must leave the first one's jobs alone.

    Raises:
        CommandFailed: If somebody else listens there, or the address is not ours.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = found[0]
        return socket.create_server(address, family=family)
    except OSError as error:
        raise CommandFailed(
            phrase("server.cannot_listen", address=f"{host}:{port}", why=why(error))
        ) from error


def check_interpreter() -> None:
    """Return if this Python may serve.

    Raises:
        CommandFailed: If it drops assertions, or parses HTTP leniently.
    """
    if sys.flags.optimize:
        raise CommandFailed(phrase("server.python_optimises"))
    if HttpRequestParser is HttpRequestParserPy:
        raise CommandFailed(phrase("server.lenient_parser"))


@asynccontextmanager
async def running_server(settings: ServerSettings, sock: socket.socket) -> AsyncIterator[UseCases]:
    """Serve on the listening *sock* inside; on leaving, answer what has begun, then close.

    Until it serves, as long as the database is opened and migrated, only its health is told.

    Yields the use cases that are served.

    Raises:
        CommandFailed: If the database or a secret is not what it must be.
        CoreError: If the database or the media folder is away.
    """
    share_heap()  # here: from the first thread on it would be too late
    async with AsyncExitStack() as stack:
        async with answering_at_start(sock):
            ports = await stack.enter_async_context(open_ports(settings, migrating=True))
            use_cases = UseCases.over(ports)
            await set_first_values(settings, ports, use_cases)
            await make_first_accounts(settings, ports, use_cases)
            await _warn_of_foreign_media(use_cases)
        app = _app(settings, use_cases)
        settle_heap()
        patience = asyncio.timeout(None)
        try:
            async with patience, serving(app, sock):
                try:
                    yield use_cases
                finally:
                    patience.reschedule(await _latest_leave(ports))
        except TimeoutError:
            if not patience.expired():
                raise
            log.warning("somebody reads so slowly that the server leaves without them")


def _app(settings: ServerSettings, use_cases: UseCases) -> web.Application:
    config = WebConfig(
        public_base_url=settings.public_base_url,
        trusted_proxies=settings.trusted_proxies,
        metrics_allow=settings.metrics_allow,
    )
    return create_app(lambda: nullcontext(use_cases), config)


async def _warn_of_foreign_media(use_cases: UseCases) -> None:
    """Tell if pictures are another database's: that keeps nobody from making new ones."""
    try:
        await use_cases.recognise_media()
    except MediaForeign as error:
        log.error("media_foreign", detail=error.detail, help="see MEDIA_ROOT and DATABASE_URL")


async def _latest_leave(ports: Ports) -> float:
    """Return the moment at which the server leaves, whoever is still reading."""
    try:
        settings, slots = await ports.settings.read(), await ports.slots.all()
        longest = max(settings.window(slot) * (2 if slot.keeps_late else 1) for slot in slots)
    except QueueUnavailable:
        longest = _LONGEST_RUN
    return ports.clock.monotonic() + longest + _LAST_WORDS_SECONDS
