from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

import pytest

from photochanger_cli import booth_connection
from photochanger_cli.booth import BoothAnswer, BoothPhoto
from photochanger_cli.booth_connection import Server, send_as_booth
from photochanger_cli.failures import CommandFailed

PHOTO = BoothPhoto.of(b"\xff\xd8\xff\xe0 a guest \xff\xd9", time=0, password="123456")
CHANGED = b"\xff\xd8\xff\xe0 a pirate \xff\xd9"
DONE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(CHANGED), CHANGED)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
Script = Callable[[Reader, Writer], Awaitable[None]]


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[Server]:
    """Run a server that does as *script* says with one connection, to its end."""
    done = asyncio.Event()

    async def serve(reader: Reader, writer: Writer) -> None:
        try:
            with suppress(ConnectionError):
                await script(reader, writer)
        finally:
            writer.close()
            done.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server, asyncio.timeout(20):
        try:
            yield Server.at(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        finally:
            await done.wait()


async def sent_to(script: Script, *, patience: float = 20) -> BoothAnswer:
    async with scripted(script) as server:
        return await send_as_booth(server, "slot-001", PHOTO, patience=patience)


async def head_of(reader: Reader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


async def body_of(reader: Reader) -> bytes:
    return await reader.readuntil(f"--{PHOTO.boundary}--\r\n".encode())


async def answered(reader: Reader, writer: Writer, answer: bytes) -> None:
    await head_of(reader)
    writer.write(CONTINUE)
    await body_of(reader)
    writer.write(answer)
    await writer.drain()


async def test_a_photo_is_sent_when_it_is_asked_for() -> None:
    seen = b""

    async def script(reader: Reader, writer: Writer) -> None:
        nonlocal seen
        seen = await head_of(reader)
        writer.write(CONTINUE)
        seen += await body_of(reader)
        writer.write(DONE)

    async with scripted(script) as server:
        answer = await send_as_booth(server, "slot-001", PHOTO)
    assert answer.body == CHANGED
    assert seen == b"".join(PHOTO.request(target="/ingest/slot-001", host=server.host))


async def test_a_photo_is_sent_if_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(booth_connection, "_CONTINUE_SECONDS", 0.01)

    async def script(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        await body_of(reader)
        writer.write(CONTINUE + DONE)

    assert (await sent_to(script)).body == CHANGED


async def test_a_refusal_by_the_head_comes_through_and_no_photo_is_sent() -> None:
    rest = bytearray()

    async def script(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")
        while chunk := await reader.read(1000):
            rest.extend(chunk)

    assert (await sent_to(script)).head.status == 404
    assert not rest


async def test_a_refusal_during_the_upload_comes_through() -> None:
    photo = BoothPhoto.of(b"\xff\xd8\xff" + bytes(8 * 2**20), time=0, password=None)

    async def script(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(CONTINUE)
        await reader.read(1000)
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()
        await reader.read()

    async with scripted(script) as server:
        answer = await send_as_booth(server, "slot-001", photo)
    assert answer.head.status == 401


@pytest.mark.parametrize(
    "answer, problem",
    [
        (b"", "cut off"),
        (b"HTTP/1.1 200 OK\r\n", "cut off"),
        (DONE[:-1], "cut off"),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000 + b"\r\n\r\n", "too long"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n", "too much"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "how long"),
        (b"hello\r\n\r\n", "does not speak HTTP"),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_an_answer_that_is_none_is_told_in_one_line(answer: bytes, problem: str) -> None:
    async def script(reader: Reader, writer: Writer) -> None:
        await answered(reader, writer, answer)

    with pytest.raises(CommandFailed, match=problem):
        await sent_to(script)


async def test_a_server_that_says_nothing_is_given_up() -> None:
    async def script(reader: Reader, _: Writer) -> None:
        await reader.read()

    with pytest.raises(CommandFailed, match="no answer within"):
        await sent_to(script, patience=0.05)


async def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        server = Server.at(f"http://127.0.0.1:{nobody.getsockname()[1]}")
    with pytest.raises(CommandFailed, match=server.host):
        await send_as_booth(server, "slot-001", PHOTO)


async def test_a_server_without_tls_is_told_when_tls_is_wanted() -> None:
    async def script(reader: Reader, writer: Writer) -> None:
        writer.write(b"hello\r\n" * 20)
        await reader.read()

    async with scripted(script) as server:
        with pytest.raises(CommandFailed, match=server.name):
            await send_as_booth(Server.at(f"https://{server.host}"), "slot-001", PHOTO)


@pytest.mark.parametrize(
    "url, host, port, path",
    [
        ("http://booth.example", "booth.example", 80, ""),
        ("http://booth.example:8000/photos", "booth.example:8000", 8000, "/photos"),
        ("https://booth.example", "booth.example", 443, ""),
        ("https://[::1]:8443", "[::1]:8443", 8443, ""),
    ],
)
def test_a_server_is_found_by_its_address(url: str, host: str, port: int, path: str) -> None:
    server = Server.at(url)
    assert (server.host, server.port, server.path) == (host, port, path)
    assert server.tls is url.startswith("https")
