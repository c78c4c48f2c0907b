"""What the way to Mirror keeps that no other driver needs: a photo that travels as it is."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from attrs import evolve

from photochanger_adapters.provider_http.session import open_session
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import (
    ProviderFailure,
    ProviderMisconfigured,
    StorageUnavailable,
)
from photochanger_core.domain.picture import MediaType
from tests.echoes import ECHOES, echo
from tests.mirrored import mirror, mirror_order
from tests.orders import KEY, PHOTO, content_of, eventually, keyed, shown
from tests.raw_server import answering, http
from tests.third_driver.stand_in import UNITS_LEFT, MirrorSimulator, running_mirror_simulator
from tests.watched_blob import WatchedBlob


class ShortBlob(BytesBlob):
    """A photo whose end is missing."""

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        yield self.content[:-1]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as session:
        yield session


@pytest.fixture
async def simulator() -> AsyncIterator[MirrorSimulator]:
    async with running_mirror_simulator(api_key=KEY) as simulator:
        yield simulator


async def test_the_photo_arrives_as_it_is_with_what_the_slot_says(
    session: aiohttp.ClientSession, simulator: MirrorSimulator
) -> None:
    wanted = evolve(mirror_order(), settings={"prompt": "Снег & 5 % a+b", "style": "water"})

    answer = await mirror(session, simulator.url).process(wanted)

    [seen] = simulator.received
    assert (seen.prompt, seen.style, seen.photo) == ("Снег & 5 % a+b", "water", PHOTO)
    assert answer.quota_left == {"units_left": UNITS_LEFT}


async def test_a_photo_that_is_shorter_than_it_said_is_our_fault(
    session: aiohttp.ClientSession, simulator: MirrorSimulator
) -> None:
    with pytest.raises(StorageUnavailable):
        await mirror(session, simulator.url).process(mirror_order(ShortBlob(PHOTO, MediaType.JPEG)))

    assert simulator.calls == 0


async def test_a_photo_is_read_as_it_is_taken_and_let_go_of_with_the_call(
    session: aiohttp.ClientSession,
) -> None:
    photo = WatchedBlob()
    with socket.create_server(("127.0.0.1", 0)) as server:  # accepts, but never reads
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        call = asyncio.create_task(mirror(session, url).process(mirror_order(photo)))
        await eventually(lambda: bool(photo.readers))
        await asyncio.sleep(0.05)
        assert photo.readers  # still in the middle of it
        call.cancel()
        await asyncio.wait([call])
        await eventually(lambda: not photo.readers)

    assert call.cancelled()


@pytest.mark.parametrize("settings", [{}, {"prompt": "p", "style": "brass"}])
async def test_settings_that_no_longer_pass_are_a_matter_of_configuration(
    session: aiohttp.ClientSession, simulator: MirrorSimulator, settings: dict[str, object]
) -> None:
    with pytest.raises(ProviderMisconfigured, match="settings"):
        await mirror(session, simulator.url).process(evolve(mirror_order(), settings=settings))

    assert (simulator.calls, simulator.refused) == (0, 0)


@pytest.mark.parametrize("key", [None, "", "two\nlines", "ключ"])
async def test_without_a_usable_key_nobody_is_called(
    session: aiohttp.ClientSession, simulator: MirrorSimulator, key: str | None
) -> None:
    with pytest.raises(ProviderMisconfigured) as caught:
        await mirror(session, simulator.url, api_key=keyed(key)).process(mirror_order())

    assert not key or key not in shown(caught.value)
    assert (simulator.calls, simulator.refused) == (0, 0)


async def test_headers_are_read_whatever_their_case_and_without_the_key(
    session: aiohttp.ClientSession,
) -> None:
    reply = http(PHOTO + KEY.encode(), f"X-UNITS-left: 7\r\nX-{KEY}: {KEY}")
    async with answering(reply) as server:
        answer = await mirror(session, server.url).process(mirror_order())

    assert answer.quota_left == {"units_left": 7}
    assert KEY.encode() not in await content_of(answer)


@pytest.mark.parametrize("name", ECHOES)
async def test_whatever_echoes_the_key_is_a_failure_without_it(
    session: aiohttp.ClientSession, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with answering(echo(name, KEY)) as server:
        with pytest.raises(ProviderFailure) as caught:
            await mirror(session, server.url).process(mirror_order(seconds=5))

    assert KEY not in shown(caught.value)
    assert KEY[:12] not in caught.value.detail + caplog.text
    assert len(caught.value.detail) < 400
