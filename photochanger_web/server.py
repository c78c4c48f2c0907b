"""How the application is served: limits of connections, and errors outside its handlers."""

from __future__ import annotations

import asyncio
import socket
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from aiohttp import BadContentDispositionHeader, BadContentDispositionParam, web
from aiohttp.web_protocol import RequestHandler

from photochanger_core.domain.events import BugPlace
from photochanger_core.use_cases.tell_bug import TellBug

from .errors import error_response, malformed
from .keys import DRAINING, USE_CASES
from .middleware import set_headers

log: Final = structlog.stdlib.get_logger("photochanger.web")

IDLE_SECONDS: Final = 15.0

_LAST_WORDS_SECONDS: Final = 2.0
"""That connections get to take their answers when the server leaves."""

_BACKLOG: Final = 256


@asynccontextmanager
async def serving(
    app: web.Application, sock: socket.socket, *, idle_seconds: float = IDLE_SECONDS
) -> AsyncIterator[None]:
    """Serve *app* on the bound *sock* inside; on leaving answer what has begun, then close.

    Args:
        app: Made by `create_app`.
        sock: Bound, listening or not.
        idle_seconds: After which a connection is closed that has sent no whole request head.
    """
    for category in (BadContentDispositionHeader, BadContentDispositionParam):
        # They quote what a booth calls its files, which is no business of a log.
        warnings.simplefilter("ignore", category)
    runner = _Runner(
        app,
        access_log=None,
        auto_decompress=False,
        handler_cancellation=True,
        keepalive_timeout=idle_seconds,
        shutdown_timeout=_LAST_WORDS_SECONDS,
    )
    await runner.setup()
    try:
        await web.SockSite(runner, sock, backlog=_BACKLOG).start()
        try:
            yield
        finally:
            # Still listening: providers fetch the photos of jobs that are waited for.
            await app[DRAINING].drain()
    finally:
        await runner.cleanup()


class _Runner(web.AppRunner):
    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        server = _Server(
            made.request_handler,
            request_factory=made.request_factory,
            loop=asyncio.get_running_loop(),
            **self._kwargs,
        )
        server.tell_bug = self.app[USE_CASES].tell_bug
        return server


class _Server(web.Server):
    tell_bug: TellBug

    def __call__(self) -> RequestHandler:
        connection = _Connection(self, loop=asyncio.get_running_loop(), **self._kwargs)
        connection.tell_bug = self.tell_bug
        return connection


class _Connection(RequestHandler):
    """A connection whose own errors leave in the shape of all others."""

    __slots__ = ("tell_bug",)

    tell_bug: TellBug

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        if isinstance(resp, web.HTTPException):  # raised outside the middlewares
            resp = error_response(resp, request)
        return await super().finish_response(request, resp, start_time)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionResetError("an answer had begun and cannot be finished")
        response = self._error_response(request, status, exc)
        set_headers(request, response)
        response.force_close()
        return response

    def _error_response(
        self, request: web.BaseRequest, status: int, exc: BaseException | None
    ) -> web.Response:
        if status >= 500:  # noqa: PLR2004 - a bug in what runs before the middlewares
            log.error("bug", exc_info=exc)
            self.tell_bug(BugPlace.REQUEST)
            return error_response(exc or RuntimeError(), request)
        return malformed(status, request)
