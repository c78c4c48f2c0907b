"""A booth, byte by byte: what it sends, and what it is answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from attrs import frozen

PASSWORD: Final = "123456"
BOUNDARY: Final = "------------090306000104030805010400"
PHOTO: Final = b"\xff\xd8\xff\xe0" + b"a guest" * 100 + b"\xff\xd9"
CHANGED: Final = PHOTO + b"~changed"
CAPTURED: Final = (
    ("time", b"1758217512"),
    ("user_id", b"Acer"),
    ("id", b"CY04N068111304S2L_00000001."),
    ("profile", rb"C:\Users\Acer\Documents\PhotoboothImages\setup_Serg.xml"),
    ("status", rb"C:\Users\Acer\Documents\PhotoboothImages\screenSerg\preview.jpg"),
    ("hash", b"7b6c683e1d3fd29c8701791c54e3c12a236f5a5b"),
    ("name", b"DESKTOP-K968T3F"),
    ("model", b"Windows"),
    ("version", b"3.30.2"),
)
"""The text fields of a captured request, without its password."""

_SECONDS: Final = 20


@frozen
class Reply:
    """What came back.

    Attributes:
        headers: By their names in lower case; values of one that came twice are lines.
    """

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])


def text(name: str, value: bytes) -> bytes:
    """Return a text part as a booth writes it: no type, no encoding."""
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value


def file(
    content: bytes = PHOTO, *, name: str = "fileToUpload", declared: str = "image/jpeg"
) -> bytes:
    """Return a file part."""
    head = f'Content-Disposition: form-data; name="{name}"; filename="IMG_0003.JPG"\r\n'
    return f"{head}Content-Type: {declared}\r\n\r\n".encode() + content


PASSWORD_PART: Final = text("password", PASSWORD.encode())


def form(parts: Sequence[bytes], *, boundary: str = BOUNDARY) -> bytes:
    """Return a form of *parts*, with the line end after the closing boundary that booths send."""
    line = f"--{boundary}\r\n".encode()
    return b"".join(line + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def head(length: int | None, *, path: str = "/ingest/slot-001", extra: Sequence[str] = ()) -> bytes:
    """Return a request head as a booth writes it; without *length*, a chunked body follows."""
    framing = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
    lines = [
        f"POST {path} HTTP/1.1",
        "host: booth.test",
        f"content-type: multipart/form-data; boundary={BOUNDARY}",
        framing,
        *extra,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def captured(parts: Sequence[bytes] | None = None) -> list[bytes]:
    """Return the parts of the captured request, with the password it must have had."""
    texts = [text(name, value) for name, value in CAPTURED]
    return [*texts, PASSWORD_PART, file()] if parts is None else [*texts, *parts]


@frozen
class Line:
    """A connection to the server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def reply(self, *, verb: str = "POST", interim: bool = True) -> Reply:
        """Return the next reply; one with the status 100 only if it must not be *interim*."""
        async with asyncio.timeout(_SECONDS):
            status, headers = await self._head()
            while interim and status == 100:
                status, headers = await self._head()
            length = 0 if verb == "HEAD" else int(headers.get("content-length", 0))
            body = await self.reader.readexactly(length)
        return Reply(status, headers, body)

    async def read(self, count: int) -> bytes:
        async with asyncio.timeout(_SECONDS):
            return await self.reader.readexactly(count)

    async def at_end(self) -> bool:
        """Whether the server has closed the connection, waiting for that."""
        async with asyncio.timeout(_SECONDS):
            return not await self.reader.read()

    async def _head(self) -> tuple[int, dict[str, str]]:
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            before = headers.get(name.lower())
            headers[name.lower()] = value if before is None else f"{before}\n{value}"
        return int(lines[0].split()[1]), headers


@asynccontextmanager
async def line_to(port: int, *, address: str = "127.0.0.1") -> AsyncIterator[Line]:
    """Connect to the server on *port* from the local *address*; hangs up on leaving."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        yield Line(reader, writer)
    finally:
        writer.transport.abort()


async def talk(port: int, data: bytes, *, address: str = "127.0.0.1") -> Reply:
    """Send *data* and return the first reply to it."""
    async with line_to(port, address=address) as line:
        await line.send(data)
        return await line.reply()


async def post(
    port: int,
    parts: Sequence[bytes],
    *,
    path: str = "/ingest/slot-001",
    extra: Sequence[str] = (),
    address: str = "127.0.0.1",
) -> Reply:
    """Post a form of *parts* as a booth does, and return the reply."""
    body = form(parts)
    return await talk(port, head(len(body), path=path, extra=extra) + body, address=address)


async def get(
    port: int,
    path: str,
    *,
    extra: Sequence[str] = (),
    verb: str = "GET",
    address: str = "127.0.0.1",
) -> Reply:
    """Get *path* and return the reply."""
    lines = [f"{verb} {path} HTTP/1.1", "host: guest.test", *extra]
    async with line_to(port, address=address) as line:
        await line.send("\r\n".join(lines).encode() + b"\r\n\r\n")
        return await line.reply(verb=verb)
