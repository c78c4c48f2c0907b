"""What the way to Gemini does when the photo or the other side gives trouble."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress

import aiohttp
import pytest

from photochanger_adapters.provider_http import exchange
from photochanger_adapters.provider_http.interim import MAX_INTERIM
from photochanger_adapters.provider_http.session import open_session
from photochanger_adapters.simulators.gemini import Behaviour, running_gemini_simulator
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderFailure,
    ProviderQuota,
    ProviderServerError,
    ProviderUnreachable,
    StorageUnavailable,
)
from photochanger_core.domain.picture import MediaType
from tests.echoes import ECHOES, echo
from tests.orders import KEY, PHOTO, eventually, gemini, order, shown
from tests.raw_server import answering
from tests.watched_blob import WatchedBlob


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


@pytest.mark.parametrize("name", ECHOES)
async def test_whatever_echoes_the_key_is_a_failure_without_it(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with answering(echo(name, KEY)) as server, open_session() as session:
        with pytest.raises(ProviderFailure) as caught:
            await gemini(session, server.url).process(order(seconds=5))

    assert KEY not in shown(caught.value)
    assert KEY[:12] not in caught.value.detail + caplog.text
    assert len(caught.value.detail) < 400


async def test_interim_answers_are_not_read_without_end() -> None:
    good = b"HTTP/1.1 429 Later\r\nContent-Length: 2\r\n\r\n{}"
    interim = b"HTTP/1.1 102 Processing\r\n\r\n"
    for count, kind in ((MAX_INTERIM, ProviderQuota), (MAX_INTERIM + 1, ProviderBadResponse)):
        async with answering(interim * count + good) as server, open_session() as session:
            with pytest.raises(ProviderFailure) as caught:
                await gemini(session, server.url).process(order(seconds=5))
        assert type(caught.value) is kind


async def test_an_answer_before_the_upload_has_ended_is_a_failure() -> None:
    photo = WatchedBlob()
    reply = b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n"
    async with answering(reply, reads=False) as server, open_session() as session:
        with pytest.raises((ProviderServerError, ProviderUnreachable)):
            await gemini(session, server.url).process(order(photo))
        await eventually(lambda: not photo.readers)


async def unreachable(
    url: str, photo: Blob | None = None, *, proxy_url: str | None = None, seconds: float = 10
) -> ProviderUnreachable:
    async with open_session(proxy_url=proxy_url) as session:
        with pytest.raises(ProviderUnreachable) as caught:
            await gemini(session, url).process(order(photo, seconds=seconds))
    assert KEY not in shown(caught.value)
    return caught.value


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def full_port() -> Iterator[str]:
    """A port that lets nobody in: its queue of connections is full."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            guest = stack.enter_context(socket.socket())
            guest.setblocking(False)
            guest.connect_ex(server.getsockname())
        yield f"127.0.0.1:{server.getsockname()[1]}"


class TestTheOrderHasNotLeft:
    """Nothing was sent: asking again costs nothing twice."""

    async def test_nobody_listens(self) -> None:
        assert not (await unreachable(f"http://{closed_port()}")).may_have_begun

    async def test_the_name_is_unknown(self) -> None:
        assert not (await unreachable("https://gemini.invalid")).may_have_begun

    async def test_the_connection_takes_too_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        timeout = aiohttp.ClientTimeout(total=None, connect=0.05)
        monkeypatch.setattr(exchange, "_CONNECT_TIMEOUT", timeout)
        with full_port() as address:
            assert not (await unreachable(f"http://{address}")).may_have_begun

    async def test_time_is_over_before_there_is_a_connection(self) -> None:
        with full_port() as address:
            assert not (await unreachable(f"http://{address}", seconds=0.05)).may_have_begun

    async def test_the_other_side_does_not_speak_tls(self) -> None:
        async with running_gemini_simulator() as simulator:
            url = simulator.url.replace("http://", "https://")
            assert not (await unreachable(url)).may_have_begun

    async def test_the_proxy_is_not_there(self) -> None:
        proxy = f"http://{closed_port()}"
        for url in ("http://127.0.0.1:9", "https://gemini.test"):
            assert not (await unreachable(url, proxy_url=proxy)).may_have_begun

    async def test_the_proxy_leads_nowhere(self) -> None:
        async with running_gemini_simulator() as simulator:  # no proxy for https
            failure = await unreachable("https://gemini.test", proxy_url=simulator.url)
        assert not failure.may_have_begun

    async def test_there_was_no_time_to_begin_with(self) -> None:
        assert not (await unreachable("http://127.0.0.1:9", seconds=0)).may_have_begun


class TestTheOrderMayHaveBegun:
    """There was a connection: somebody may be at work, and charge for it."""

    @pytest.mark.parametrize("fault", ["reset", "half_body", "hang", "slow_headers", "slow_drip"])
    async def test_the_answer_does_not_come_or_not_whole(self, fault: str) -> None:
        async with running_gemini_simulator(
            api_key=KEY, behaviour=Behaviour(fault=fault)
        ) as simulator:
            seconds = 1 if fault.startswith(("hang", "slow")) else 10
            assert (await unreachable(simulator.url, seconds=seconds)).may_have_begun

    async def test_the_connection_is_cut_after_the_request(self) -> None:
        async with answering(b"") as server:
            assert (await unreachable(server.url)).may_have_begun

    async def test_the_connection_is_cut_in_the_middle_of_the_request(self) -> None:
        async with answering(b"", reads=False) as server:
            assert (await unreachable(server.url, WatchedBlob())).may_have_begun

    async def test_time_is_over_while_the_request_is_sent(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:  # accepts, but never reads
            url = f"http://127.0.0.1:{server.getsockname()[1]}"
            assert (await unreachable(url, WatchedBlob(), seconds=1)).may_have_begun


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
