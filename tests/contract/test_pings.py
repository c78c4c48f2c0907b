"""What drivers that speak HTTP do when they are asked how their service is."""

from __future__ import annotations

import asyncio
import logging
import pickle
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp_client_cache import cache_control, response
from aiohttp_client_cache.session import CachedSession
from attrs import field, frozen

from photochanger_adapters.gemini.driver import GeminiProvider
from photochanger_adapters.provider_http.ping_session import ANSWERS, open_ping_session
from photochanger_adapters.provider_http.session import open_session
from photochanger_adapters.simulators.gemini import running_gemini_simulator
from photochanger_adapters.simulators.turbotext import running_turbotext_simulator
from photochanger_adapters.turbotext.driver import TurbotextProvider
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderQuota,
    ProviderServerError,
    ProviderUnreachable,
    QueueUnavailable,
)
from photochanger_core.ports.provider import ProviderPort
from tests.echoes import ECHOES, echo
from tests.orders import KEY, PATIENCE, eventually, gemini, keyed, shown
from tests.raw_server import RawServer, answering, http
from tests.third_driver.driver import MirrorProvider
from tests.third_driver.stand_in import running_mirror_simulator

SETTINGS = {"prompt": "Studio portrait"}
WELL = http(b'{"success": true, "name": "models/m"}')
"""What any of the services may say when it is well."""

SAID: dict[str, tuple[bytes, type[ProviderFailure]]] = {
    "400": (http(b"{}", status="400 Bad Request"), ProviderMisconfigured),
    "404": (http(b"{}", status="404 Not Found"), ProviderMisconfigured),
    "429": (http(b"{}", status="429 Too Many"), ProviderQuota),
    "503": (http(b"{}", status="503 Later"), ProviderServerError),
    "a redirect": (http(b"", "Location: /elsewhere", status="302 Found"), ProviderBadResponse),
    "a page": (http(b"<html>Welcome to our hotel</html>"), ProviderBadResponse),
    "encoded": (http(b"\x1f\x8b", "Content-Encoding: gzip"), ProviderBadResponse),
    "too long": (http(b" " * 2**20), ProviderBadResponse),
}
"""What it may say instead, and what that means."""

HALF = http(b"{", "Content-Length: 99")
"""What is no answer."""


@frozen
class Asking:
    """What a driver is made of."""

    kind: Callable[..., ProviderPort]
    simulator: Callable[..., AbstractAsyncContextManager[Any]]
    session: CachedSession = field(repr=False)

    def at(self, url: str, key: str = KEY) -> ProviderPort:
        """Return the driver for a service at *url*."""
        return self.kind(
            session=self.session, ping_session=self.session, api_key=keyed(key), base_url=url
        )


@pytest.fixture(
    params=[
        (GeminiProvider, running_gemini_simulator),
        (TurbotextProvider, running_turbotext_simulator),
        (MirrorProvider, running_mirror_simulator),
    ],
    ids=["gemini", "turbotext", "mirror"],
)
async def asking(request: pytest.FixtureRequest) -> AsyncIterator[Asking]:
    kind, simulator = request.param
    async with open_ping_session() as session:
        yield Asking(kind, simulator, session)


@asynccontextmanager
async def silent() -> AsyncIterator[RawServer]:
    """Run a server that takes requests and says nothing."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.asked.append(await reader.readuntil(b"\r\n\r\n"))
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(listen, "127.0.0.1", 0)
    server = RawServer(listening.sockets[0].getsockname()[1])
    async with listening:
        yield server


async def ping(provider: ProviderPort, seconds: float = 10, **settings: object) -> None:
    async with asyncio.timeout(PATIENCE):
        await provider.ping({**SETTINGS, **settings}, seconds=seconds)


async def failure(provider: ProviderPort, seconds: float = 10, **more: object) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as caught:
        await ping(provider, seconds, **more)
    assert KEY not in shown(caught.value)
    return caught.value


# What is found out


async def test_a_service_that_would_take_an_order_is_well_and_nothing_is_made(
    asking: Asking,
) -> None:
    async with asking.simulator(api_key=KEY) as simulator:
        await ping(asking.at(simulator.url))

        assert (simulator.calls, simulator.refused) == (0, 0)


async def test_a_key_that_is_wrong_is_found_out(asking: Asking) -> None:
    async with asking.simulator(api_key="another") as simulator:
        assert type(await failure(asking.at(simulator.url))) is ProviderMisconfigured


async def test_without_a_key_nobody_is_asked(asking: Asking) -> None:
    async with answering(WELL) as server:
        assert type(await failure(asking.at(server.url, ""))) is ProviderMisconfigured

    assert server.asked == []


async def test_a_key_that_cannot_be_looked_for_is_nobody_elses_fault(asking: Asking) -> None:
    async def away() -> str | None:
        raise QueueUnavailable("away")

    async with answering(WELL) as server:
        driver = asking.kind(session=asking.session, api_key=away, base_url=server.url)
        with pytest.raises(QueueUnavailable):
            await ping(driver)

    assert server.asked == []


async def test_a_look_up_needs_no_prompt(asking: Asking) -> None:
    async with asking.simulator(api_key=KEY) as simulator:
        await asking.at(simulator.url).ping({}, seconds=10)


async def test_a_model_that_is_gone_is_found_out() -> None:
    async with running_gemini_simulator(api_key=KEY) as simulator, open_session() as session:
        driver = gemini(session, simulator.url)
        await ping(driver, model="gemini-3-pro-image")

        gone = await failure(driver, model="gemini-2.5-flash-image")

    assert type(gone) is ProviderMisconfigured
    assert "does not exist" in gone.detail


async def test_settings_that_no_order_could_have_are_found_out() -> None:
    async with answering(WELL) as server, open_session() as session:
        failed = await failure(gemini(session, server.url), model="../../elsewhere")

    assert type(failed) is ProviderMisconfigured
    assert server.asked == []


@pytest.mark.parametrize("said", SAID)
async def test_what_is_said_instead_means_what_it_means_for_orders(
    asking: Asking, said: str
) -> None:
    answer, kind = SAID[said]
    async with answering(answer) as server:
        assert type(await failure(asking.at(server.url))) is kind


async def test_a_service_that_is_away_is_found_out(asking: Asking) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"

    assert type(await failure(asking.at(url))) is ProviderUnreachable


async def test_a_ping_takes_no_longer_than_it_is_given(asking: Asking) -> None:
    before = asyncio.all_tasks()
    async with silent() as server:
        assert type(await failure(asking.at(server.url), seconds=0.1)) is ProviderUnreachable

    await eventually(lambda: asyncio.all_tasks() <= before)


async def test_cancelling_a_ping_leaves_nothing_behind(asking: Asking) -> None:
    before = asyncio.all_tasks()
    async with silent() as server:
        asked = asyncio.create_task(ping(asking.at(server.url)))
        await eventually(lambda: bool(server.asked))
        asked.cancel()
        await asyncio.wait([asked])

    assert asked.cancelled()
    await eventually(lambda: asyncio.all_tasks() <= before)


async def test_no_more_is_read_than_anybody_looks_at(asking: Asking) -> None:
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(http())
        try:
            while sent < 500 * 2**20:
                writer.write(b" " * 2**16)
                sent += 2**16
                await writer.drain()
        except ConnectionError:
            writer.close()

    async with await asyncio.start_server(flood, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        assert type(await failure(asking.at(url))) is ProviderBadResponse

    assert sent < 50 * 2**20


# What is remembered


async def twice(driver: ProviderPort) -> list[type[ProviderFailure] | None]:
    """Return what two pings, one after the other, lead to."""
    found: list[type[ProviderFailure] | None] = []
    for _ in range(2):
        try:
            await ping(driver)
            found.append(None)
        except ProviderFailure as failed:
            found.append(type(failed))
    return found


async def test_what_was_answered_is_not_asked_again(asking: Asking) -> None:
    async with answering(WELL) as server:
        assert await twice(asking.at(server.url)) == [None, None]

    assert len(server.asked) == 1


@pytest.mark.parametrize("said", SAID)
async def test_nor_is_what_was_refused(asking: Asking, said: str) -> None:
    answer, kind = SAID[said]
    async with answering(answer, WELL) as server:
        assert await twice(asking.at(server.url)) == [kind, kind]

    assert len(server.asked) == 1


@pytest.mark.parametrize("header", ["Cache-Control: no-store, max-age=0", "Expires: 0", "Age: 99"])
async def test_whatever_the_answer_says_about_that(asking: Asking, header: str) -> None:
    answer = http(b'{"name": "m"}', header, "Set-Cookie: a=b", 'ETag: "1"', "Vary: *")
    async with answering(answer) as server:
        assert await twice(asking.at(server.url)) == [None, None]

    assert len(server.asked) == 1


async def test_many_who_ask_at_once_are_told_by_one_answer(asking: Asking) -> None:
    async with answering(WELL) as server:
        driver = asking.at(server.url)
        await asyncio.gather(*(ping(driver) for _ in range(20)))

    assert len(server.asked) == 1


async def test_after_a_minute_it_is_asked_again_and_no_cookies_are_brought_back(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with answering(http(b'{"name": "m"}', "Set-Cookie: a=b", 'ETag: "1"')) as server:
        driver = asking.at(server.url)
        await ping(driver)
        later = cache_control.utcnow() + timedelta(seconds=61)
        monkeypatch.setattr(response, "utcnow", lambda: later)
        await ping(driver)

    first, second = server.asked
    assert first == second


async def test_another_key_is_answered_for_itself(asking: Asking) -> None:
    async with answering(SAID["400"][0], WELL) as server:
        assert await twice(asking.at(server.url)) == [ProviderMisconfigured] * 2
        assert await twice(asking.at(server.url, "a-new-key")) == [None, None]

    assert len(server.asked) == 2


async def test_so_is_another_model() -> None:
    async with answering(SAID["404"][0], WELL) as server, open_ping_session() as session:
        driver = gemini(session, server.url, ping_session=session)
        await failure(driver, model="gone")
        await ping(driver, model="there")

        assert type(await failure(driver, model="gone")) is ProviderMisconfigured

    assert len(server.asked) == 2


async def test_an_answer_that_never_came_is_not_remembered(asking: Asking) -> None:
    async with answering(HALF, WELL) as server:
        assert await twice(asking.at(server.url)) == [ProviderUnreachable, None]


async def test_whoever_wants_the_truth_is_not_told_what_is_remembered(asking: Asking) -> None:
    async with answering(WELL, SAID["503"][0], WELL) as server, open_session() as session:
        driver = asking.kind(
            session=session,
            ping_session=asking.session,
            api_key=keyed(),
            base_url=server.url,
        )
        await ping(driver)
        with pytest.raises(ProviderServerError):
            await driver.ping(SETTINGS, seconds=10, anew=True)
        await ping(driver)

    assert len(server.asked) == 2


async def test_without_a_session_that_remembers_each_ping_is_sent() -> None:
    async with answering(WELL) as server, open_session() as session:
        assert await twice(gemini(session, server.url)) == [None, None]

    assert len(server.asked) == 2


async def test_only_so_many_answers_are_remembered() -> None:
    async with answering(WELL) as server, open_ping_session() as session:
        driver = gemini(session, server.url, ping_session=session)
        for number in range(ANSWERS + 5):
            await ping(driver, model=f"model-{number}")
        await ping(driver, model=f"model-{ANSWERS + 4}")
        assert len(server.asked) == ANSWERS + 5
        await ping(driver, model="model-0")

        assert len(server.asked) == ANSWERS + 6
        assert await session.cache.responses.size() == ANSWERS


# What is kept secret, and the way


async def test_the_key_is_not_in_what_is_remembered(asking: Asking) -> None:
    async with answering(WELL) as server:
        await ping(asking.at(server.url))

    assert server.asked[0].count(KEY.encode()) == 1
    remembered = [item async for item in asking.session.cache.responses.values()]
    assert len(remembered) == 1
    assert KEY.encode() not in pickle.dumps(remembered)


@pytest.mark.parametrize("name", ECHOES)
async def test_whatever_echoes_the_key_shows_it_to_nobody(
    asking: Asking, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with answering(echo(name, KEY)) as server:
        driver = asking.at(server.url)
        for _ in range(2):
            (failed,) = await asyncio.gather(ping(driver, 5), return_exceptions=True)
            assert KEY not in shown(failed)
            assert failed is None or isinstance(failed, ProviderFailure)
            assert KEY[:12] not in (failed.detail if failed else "")

    assert KEY[:12] not in caplog.text


async def test_only_the_proxy_that_is_configured_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    async with answering(WELL) as server:
        async with open_ping_session() as session:
            await ping(gemini(session, server.url, ping_session=session))
        async with open_ping_session(proxy_url=server.url) as session:
            await ping(gemini(session, "http://127.0.0.1:9", ping_session=session))

    assert [asked.split(b" ")[1].startswith(b"http") for asked in server.asked] == [False, True]
