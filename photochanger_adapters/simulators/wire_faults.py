"""What goes wrong on the wire, whatever the service."""

from __future__ import annotations

import asyncio
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web
from attrs import field, frozen

HUGE: Final = 500 * 1024 * 1024
"""Bytes of a huge answer."""

_DRIP_SECONDS: Final = 0.05
_BLOCK: Final = 2**18


@frozen(kw_only=True)
class Call:
    """A call whose answer is to go wrong on its way.

    Attributes:
        right: Makes the right answer.
        content_type: That of the right answer, and the label of what comes instead.
        opening: How an answer begins that goes on and on.
    """

    request: web.Request
    right: Callable[[], Awaitable[bytes]]
    content_type: str
    opening: bytes = field(repr=False)


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
    answer = await call.right()
    response = await _begun(call, web.StreamResponse(), len(answer))
    for index in range(len(answer)):
        await response.write(answer[index : index + 1])
        await asyncio.sleep(_DRIP_SECONDS)
    return response


async def garbage(call: Call) -> web.StreamResponse:
    """Send bytes that are nothing at all, labelled as the right answer."""
    headers = {"Content-Type": call.content_type}
    return web.Response(body=bytes(range(256)) * 16, headers=headers)


async def half_body(call: Call) -> web.StreamResponse:
    """Announce the right answer, send half of it, close the connection."""
    answer = await call.right()
    response = await _begun(call, web.StreamResponse(), len(answer))
    await response.write(answer[: len(answer) // 2])
    _transport(call).close()
    return response


async def huge(call: Call) -> web.StreamResponse:
    """Send 500 MB, announced by Content-Length."""
    response = await _begun(call, web.StreamResponse(), len(call.opening) + HUGE)
    return await _poured(call, response)


async def huge_chunked(call: Call) -> web.StreamResponse:
    """Send 500 MB, not announced."""
    return await _poured(call, await _begun(call, web.StreamResponse()))


async def gzip_bomb(call: Call) -> web.StreamResponse:
    """Send half a megabyte that inflates to 500 MB, whatever Accept-Encoding says."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    opening = packer.compress(call.opening) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block refers to nothing before it: one may be sent over and over.
    block = packer.compress(b"A" * _BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
    headers = {"Content-Type": call.content_type, "Content-Encoding": "gzip"}
    return web.Response(body=opening + block * (HUGE // _BLOCK), headers=headers)


async def redirect(call: Call) -> web.StreamResponse:
    """Send the caller to the same address again: who follows is seen as a second call."""
    return web.Response(status=307, headers={"Location": str(call.request.url)})


WIRE: Final[Mapping[str, Callable[[Call], Awaitable[web.StreamResponse]]]] = {
    fault.__name__: fault
    for fault in (
        *(reset, hang, slow_headers, slow_drip, garbage, half_body, huge, huge_chunked),
        *(gzip_bomb, redirect),
    )
}
"""Answers that come on request, by the name of the fault."""


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
    response.headers["Content-Type"] = call.content_type
    response.content_length = length
    await response.prepare(call.request)
    return response


async def _poured(call: Call, response: web.StreamResponse) -> web.StreamResponse:
    await response.write(call.opening)
    block = b"A" * _BLOCK
    for _ in range(HUGE // len(block)):
        await response.write(block)
    return response
