"""What is answered while the server starts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from photochanger_core.domain.errors import QueueUnavailable

from .errors import error_response
from .handlers.health import Stage, alive, unready
from .middleware import set_headers

PATIENCE: Final = 3.0
"""Seconds that callers wait for a start: an ordinary one is over by then, and nobody is refused."""

_RETRY_AFTER: Final = 5.0


@asynccontextmanager
async def answering_at_start(
    sock: socket.socket, *, patience: float = PATIENCE
) -> AsyncIterator[None]:
    """Answer on the listening *sock* while what is inside takes longer than *patience* seconds.

    `/livez` says that the process is alive, `/healthz` that it starts; the rest is refused. Before
    that callers wait, and so do those who come between the end of this and the server's own.
    """
    with sock.dup() as copy:  # which is closed at the end of this: the original goes on listening
        task = asyncio.create_task(_answer(copy, patience), name="answers at the start")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])


async def _answer(sock: socket.socket, patience: float) -> None:
    await asyncio.sleep(patience)
    runner = web.ServerRunner(web.Server(_answered, access_log=None))
    await runner.setup()
    try:
        await web.SockSite(runner, sock).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def _answered(request: web.BaseRequest) -> web.StreamResponse:
    response = _response(request)
    set_headers(request, response)
    response.force_close()
    return response


def _response(request: web.BaseRequest) -> web.Response:
    if request.path == "/livez":
        return alive()
    if request.path == "/healthz":
        return unready(Stage.STARTING)
    error = QueueUnavailable("the server starts")
    error.retry_after = _RETRY_AFTER
    return error_response(error, request)
