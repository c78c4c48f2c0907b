"""A booth's connection: one request on a connection of its own, as libcurl does it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from attrs import frozen

from .booth import BoothAnswer, BoothPhoto, Head
from .failures import CommandFailed
from .locale import phrase
from .system_errors import why

_CONTINUE_SECONDS: Final = 1.0
"""So long a booth waits for `100 Continue`; then it sends anyway."""

_PATIENCE_SECONDS: Final = 90.0
"""For everything: the longest sync window and a slow upload."""

_MAX_ANSWER: Final = 64 * 2**20
_MAX_HEAD: Final = 64 * 2**10


@frozen(kw_only=True)
class Server:
    """A server as a booth knows it."""

    name: str
    port: int
    path: str
    tls: bool

    @classmethod
    def at(cls, url: str) -> Server:
        """Return the server with the base address *url*, which is a valid one."""
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 80)
        return cls(name=str(parts.hostname), port=port, path=parts.path, tls=tls)

    @property
    def host(self) -> str:
        """What the Host header says."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == (443 if self.tls else 80) else f"{name}:{self.port}"


async def send_as_booth(
    server: Server, slot: str, photo: BoothPhoto, *, patience: float = _PATIENCE_SECONDS
) -> BoothAnswer:
    """Send *photo* to *slot* and return the answer, within *patience* seconds.

    Raises:
        CommandFailed: If there is no answer, or none that a booth can read.
    """
    try:
        async with asyncio.timeout(patience), _connection(server) as (reader, writer):
            target = f"{server.path}/ingest/{slot}"
            head, body = photo.request(target=target, host=server.host)
            writer.write(head)
            return await _exchange(reader, writer, body)
    except TimeoutError:
        raise CommandFailed(phrase("answer.none", seconds=f"{patience:g}")) from None
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise CommandFailed(phrase("answer.cut_off")) from error
    except OSError as error:
        raise CommandFailed(f"{server.host}: {why(error)}") from error


@asynccontextmanager
async def _connection(
    server: Server,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    context = ssl.create_default_context() if server.tls else None
    reader, writer = await asyncio.open_connection(
        server.name, server.port, ssl=context, limit=_MAX_HEAD
    )
    try:
        yield reader, writer
    finally:
        writer.transport.abort()  # everything worth having has been read


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes
) -> BoothAnswer:
    """Send the body when it is asked for, or nothing is said; an early answer ends the sending."""
    asked = asyncio.Event()
    sending = asyncio.create_task(_send_body(writer, body, asked))
    try:
        head = await _final_head(reader, asked)
        return BoothAnswer(head=head, body=await _read_body(reader, head))
    finally:
        sending.cancel()


async def _send_body(writer: asyncio.StreamWriter, body: bytes, asked: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_CONTINUE_SECONDS):
            await asked.wait()
    with suppress(OSError):  # refused half-way: the answer says why
        writer.write(body)
        await writer.drain()


async def _final_head(reader: asyncio.StreamReader, asked: asyncio.Event) -> Head:
    while True:
        head = Head.parse(await reader.readuntil(b"\r\n\r\n"))
        if head.status >= HTTPStatus.OK:
            return head
        asked.set()


async def _read_body(reader: asyncio.StreamReader, head: Head) -> bytes:
    if head.length > _MAX_ANSWER:
        raise CommandFailed(phrase("answer.too_long", bytes=head.length))
    return await reader.readexactly(head.length)
