"""A server that says what it is told, however wrong that is."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from attrs import field, frozen


@frozen
class RawServer:
    """A server on this machine.

    Attributes:
        asked: The requests that came, oldest first: heads, and bodies where they are read.
    """

    port: int
    asked: list[bytes] = field(factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def http(content: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """Return an answer that ends with the connection, unless *headers* say something else."""
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode() + content


@asynccontextmanager
async def answering(
    *replies: bytes, reads: bool = True, tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """Answer the connections with *replies* in turn, and all further ones with the last.

    Args:
        replies: What is sent, byte for byte; then the connection is closed.
        reads: Whether a request's body is read before that.
        tls: For https.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            server.asked.append(await _request(reader, reads=reads))
            writer.write(replies[min(len(server.asked), len(replies)) - 1])
            await writer.drain()
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    server = RawServer(listening.sockets[0].getsockname()[1])
    async with listening:
        yield server


async def _request(reader: asyncio.StreamReader, *, reads: bool) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    _, announced, rest = head.lower().partition(b"content-length: ")
    length = int(rest.split()[0]) if announced and reads else 0
    return head + await reader.readexactly(length)
