"""What the way to Gemini does when the photo or the other side gives trouble."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from attrs import field, frozen

from photochanger_adapters.gemini.session import open_session
from photochanger_adapters.simulators.gemini import running_gemini_simulator
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import (
    ProviderFailure,
    ProviderQuota,
    ProviderServerError,
    ProviderUnreachable,
    StorageUnavailable,
)
from photochanger_core.domain.picture import MediaType
from tests.orders import KEY, PHOTO, eventually, gemini, order, shown


class TroubledBlob(BytesBlob):
    """A photo whose disk goes away in the middle, as the file store would say it."""

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        yield self.content[:1000]
        raise TROUBLE


TROUBLE = StorageUnavailable("the disk is gone")


async def test_a_photo_that_cannot_be_read_says_so_unchanged() -> None:
    async with running_gemini_simulator() as simulator, open_session() as session:
        with pytest.raises(StorageUnavailable) as caught:
            await gemini(session, simulator.url).process(order(TroubledBlob(PHOTO, MediaType.JPEG)))

    assert caught.value is TROUBLE
    assert caught.value.__cause__ is None


@frozen
class WatchedBlob(Blob):
    """A large photo that knows whether somebody reads it."""

    readers: list[int] = field(factory=list)
    size: int = 10 * 1024 * 1024
    sha256: str = ""
    media_type: MediaType = MediaType.JPEG

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        self.readers.append(1)
        try:
            for _ in range(self.size // 2**18):
                yield b"\xff" * 2**18
        finally:
            self.readers.pop()

    async def close(self) -> None:
        """Nothing is held."""


async def test_a_cancelled_upload_lets_go_of_the_photo() -> None:
    before = asyncio.all_tasks()
    photo = WatchedBlob()
    with socket.create_server(("127.0.0.1", 0)) as server:  # accepts, but never reads
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        async with open_session() as session:
            call = asyncio.create_task(gemini(session, url).process(order(photo)))
            await eventually(lambda: bool(photo.readers))
            call.cancel()
            await asyncio.wait([call])
            await eventually(lambda: not photo.readers)

    assert call.cancelled()
    await eventually(lambda: asyncio.all_tasks() <= before)


ECHOES = {
    "no HTTP": b"\x16\x03\x01 %s\r\n\r\n",
    "nothing": b"",
    "bad status": b"HTTP/1.1 999999 %s\r\n\r\n",
    "bad header": b"HTTP/1.1 200 OK\r\nX: a\x00%s\r\n\r\n",
    "long header": b"HTTP/1.1 200 OK\r\nX: %s" + b"a" * 100_000 + b"\r\n\r\n",
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ %s\r\n",
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n%s",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n%s",
    "a page": b"HTTP/1.1 502 %s\r\nContent-Type: text/%s\r\n\r\n<html>%s",
    "a page that is fine": b"HTTP/1.1 200 OK\r\n\r\n<html>%s",
    "an error": b'HTTP/1.1 400 Bad\r\n\r\n{"error":{"message":"%s"}}',
    "a long error": b"HTTP/1.1 400 Bad\r\n\r\n" + b" " * 290 + b"%s" * 9_000,
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/%s\r\n\r\n",
    "only interim": b"HTTP/1.1 100 Continue\r\n\r\n" * 9,
    "an upgrade": b"HTTP/1.1 101 Switching\r\nUpgrade: %s\r\nConnection: upgrade\r\n\r\n",
    "a cookie": b"HTTP/1.1 200 OK\r\nSet-Cookie: \xff=%s;;\r\nContent-Length: 2\r\n\r\n{}",
}


@asynccontextmanager
async def answering(reply: bytes, *, reads: bool = True) -> AsyncIterator[str]:
    """Answer every connection with *reply*, after the request or before its body."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            if reads:
                await reader.readexactly(int(head.lower().split(b"length: ")[1].split()[0]))
            writer.write(reply)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("name", ECHOES)
async def test_whatever_echoes_the_key_is_a_failure_without_it(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reply = ECHOES[name].replace(b"%s", KEY.encode())
    async with answering(reply) as url, open_session() as session:
        with pytest.raises(ProviderFailure) as caught:
            await gemini(session, url).process(order(seconds=5))

    assert KEY not in shown(caught.value)
    assert KEY[:12] not in caught.value.detail + caplog.text
    assert len(caught.value.detail) < 400


async def test_an_answer_before_the_upload_has_ended_is_a_failure() -> None:
    photo = WatchedBlob()
    reply = b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n"
    async with answering(reply, reads=False) as url, open_session() as session:
        with pytest.raises((ProviderServerError, ProviderUnreachable)):
            await gemini(session, url).process(order(photo))
        await eventually(lambda: not photo.readers)


async def test_every_photo_has_a_connection_of_its_own() -> None:
    connections = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with suppress(asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().split(b"length: ")[1].split()[0]))
                writer.write(b"HTTP/1.1 429 Later\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, open_session() as session:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for _ in range(3):
            with pytest.raises(ProviderQuota):
                await gemini(session, url).process(order())

    assert connections == 3
