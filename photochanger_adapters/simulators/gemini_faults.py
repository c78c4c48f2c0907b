"""What goes wrong on the wire when the Gemini stand-in is told so."""

from __future__ import annotations

import asyncio
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web
from attrs import frozen

from .gemini_answers import ODD, good
from .gemini_errors import BROKEN, exhausted
from .gemini_rules import Accepted

JSON: Final = "application/json; charset=UTF-8"
HUGE: Final = 500 * 1024 * 1024
"""Bytes of a huge answer."""

_DRIP_SECONDS: Final = 0.05
_BLOCK: Final = 2**18
_OPENING: Final = b'{"candidates":[{"content":{"parts":[{"inlineData":{"data":"'


@frozen(kw_only=True)
class Call:
    """A call that is to go wrong: the request and what was asked in it."""

    request: web.Request
    asked: Accepted

    async def good(self) -> bytes:
        """Return the right answer."""
        return await asyncio.to_thread(good, self.asked)


async def reset(call: Call) -> web.StreamResponse:
    """Break the connection with a RST instead of answering."""
    transport = _transport(call)
    sock: socket.socket = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    return web.Response()


async def hang(call: Call) -> web.StreamResponse:
    """Never answer; end when the caller leaves."""
    while not _gone(call):  # noqa: ASYNC110 - not every server tells its handlers by cancelling
        await asyncio.sleep(_DRIP_SECONDS)
    return web.Response()


async def slow_headers(call: Call) -> web.StreamResponse:
    """Send a header letter by letter."""
    transport = _transport(call)
    transport.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not _gone(call):
        transport.write(b"z")
        await asyncio.sleep(_DRIP_SECONDS)
    return web.Response()


async def slow_drip(call: Call) -> web.StreamResponse:
    """Send the right answer, a byte at a time."""
    answer = await call.good()
    response = await _begun(call, web.StreamResponse(), len(answer))
    for index in range(len(answer)):
        await response.write(answer[index : index + 1])
        await asyncio.sleep(_DRIP_SECONDS)
    return response


async def garbage(_: Call) -> web.StreamResponse:
    """Send bytes that are no JSON, labelled as JSON."""
    return web.Response(body=bytes(range(256)) * 16, headers={"Content-Type": JSON})


async def half_body(call: Call) -> web.StreamResponse:
    """Announce the right answer, send half of it, close the connection."""
    answer = await call.good()
    response = await _begun(call, web.StreamResponse(), len(answer))
    await response.write(answer[: len(answer) // 2])
    _transport(call).close()
    return response


async def huge(call: Call) -> web.StreamResponse:
    """Send 500 MB, announced by Content-Length."""
    response = await _begun(call, web.StreamResponse(), len(_OPENING) + HUGE)
    return await _poured(response, b"A" * _BLOCK)


async def huge_chunked(call: Call) -> web.StreamResponse:
    """Send 500 MB, not announced."""
    return await _poured(await _begun(call, web.StreamResponse()), b"A" * _BLOCK)


async def gzip_bomb(call: Call) -> web.StreamResponse:
    """Send half a megabyte that inflates to 500 MB, whatever Accept-Encoding says."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    opening = packer.compress(_OPENING) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block refers to nothing before it: one may be sent over and over.
    block = packer.compress(b"A" * _BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
    body = opening + block * (HUGE // _BLOCK)
    return web.Response(body=body, headers={"Content-Type": JSON, "Content-Encoding": "gzip"})


async def redirect(call: Call) -> web.StreamResponse:
    """Send the caller to the same address again: who follows is seen as a second call."""
    return web.Response(status=307, headers={"Location": str(call.request.url)})


async def array_error(_: Call) -> web.StreamResponse:
    """The error of a used-up quota, wrapped in an array."""
    error = exhausted()
    return _json(error.body(in_array=True), status=error.status)


WIRE: Final[Mapping[str, Callable[[Call], Awaitable[web.StreamResponse]]]] = {
    fault.__name__: fault
    for fault in (
        *(reset, hang, slow_headers, slow_drip, garbage, half_body, huge, huge_chunked),
        *(gzip_bomb, redirect, array_error),
    )
}

FAULTS: Final = frozenset((*WIRE, *ODD, *BROKEN))
"""The names of everything that can go wrong."""


async def wrong(fault: str, call: Call) -> web.StreamResponse:
    """Answer *call* in the way named *fault*.

    Raises:
        ApiError: If the fault is an error of the service.
    """
    if fault in BROKEN:
        raise BROKEN[fault]
    if fault in ODD:
        return _json(await asyncio.to_thread(ODD[fault], call.asked))
    return await WIRE[fault](call)


def _json(body: bytes, *, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, headers={"Content-Type": JSON})


def _transport(call: Call) -> asyncio.Transport:
    transport = call.request.transport
    if not isinstance(transport, asyncio.Transport):
        raise ConnectionResetError("the caller has left")
    return transport


def _gone(call: Call) -> bool:
    transport = call.request.transport
    return transport is None or transport.is_closing()


async def _begun(
    call: Call, response: web.StreamResponse, length: int | None = None
) -> web.StreamResponse:
    response.headers["Content-Type"] = JSON
    response.content_length = length
    await response.prepare(call.request)
    return response


async def _poured(response: web.StreamResponse, block: bytes) -> web.StreamResponse:
    await response.write(_OPENING)
    for _ in range(HUGE // len(block)):
        await response.write(block)
    return response
