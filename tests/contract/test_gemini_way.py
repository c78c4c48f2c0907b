"""What the way to Gemini does with good and bad answers of the stand-in."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from photochanger_adapters.gemini.driver import GeminiProvider
from photochanger_adapters.provider_http.session import open_session
from photochanger_adapters.simulators.gemini import GeminiSimulator, running_gemini_simulator
from photochanger_adapters.simulators.gemini_faults import FAULTS
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import (
    PayloadTooLarge,
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderNoPicture,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ProviderUnreachable,
)
from photochanger_core.domain.picture import MediaType
from tests.orders import (
    KEY,
    PATIENCE,
    PHOTO,
    content_of,
    eventually,
    gemini,
    keyed,
    order,
    shown,
)
from tests.pictures import picture

KINDS: dict[str, type[ProviderFailure]] = {
    "reset": ProviderUnreachable,
    "half_body": ProviderUnreachable,
    "hang": ProviderUnreachable,
    "slow_headers": ProviderUnreachable,
    "slow_drip": ProviderUnreachable,
    "http_400": ProviderMisconfigured,
    "http_403": ProviderMisconfigured,
    "http_404": ProviderMisconfigured,
    "max_tokens": ProviderMisconfigured,
    "http_429": ProviderQuota,
    "array_error": ProviderQuota,
    "http_500": ProviderServerError,
    "http_503": ProviderServerError,
    "http_504": ProviderServerError,
    "garbage": ProviderBadResponse,
    "huge": ProviderBadResponse,
    "huge_chunked": ProviderBadResponse,
    "gzip_bomb": ProviderBadResponse,
    "redirect": ProviderBadResponse,
    "not_a_picture": ProviderNoPicture,
    "svg": ProviderNoPicture,
    "gif": ProviderNoPicture,
    "no_image": ProviderNoPicture,
    "only_words": ProviderNoPicture,
    "refusal": ProviderRefused,
    "blocked": ProviderRefused,
}
ENDLESS = {"hang", "slow_headers", "slow_drip"}
PICTURES = {"truncated_picture", "flat", "turned", "bomb_picture", "mislabelled"}
"""Faults that only decoding finds, or that do not matter: the provider answers."""


@pytest.fixture
async def simulator() -> AsyncIterator[GeminiSimulator]:
    async with running_gemini_simulator(api_key=KEY) as simulator:
        yield simulator


@pytest.fixture
async def driver(simulator: GeminiSimulator) -> AsyncIterator[GeminiProvider]:
    async with open_session() as session:
        yield gemini(session, simulator.url)


def test_every_fault_of_the_stand_in_is_tried() -> None:
    assert KINDS.keys() | PICTURES == FAULTS


@pytest.mark.parametrize("fault", KINDS)
async def test_every_fault_is_a_failure_and_tells_nobody_the_key(
    driver: GeminiProvider,
    simulator: GeminiSimulator,
    fault: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    simulator.behave(fault)

    with pytest.raises(ProviderFailure) as caught:
        await driver.process(order(seconds=1 if fault in ENDLESS else 10))

    assert type(caught.value) is KINDS[fault]
    assert KEY not in shown(caught.value)
    assert KEY not in caplog.text
    assert len(simulator.received) == 1
    await eventually(lambda: simulator.open_calls == 0)


@pytest.mark.parametrize("fault", sorted(PICTURES))
async def test_what_only_decoding_finds_is_left_to_decoding(
    driver: GeminiProvider, simulator: GeminiSimulator, fault: str
) -> None:
    simulator.behave(fault)

    answer = await driver.process(order())

    assert answer.picture.media_type is MediaType.PNG


async def test_compressed_answers_are_not_even_read(
    driver: GeminiProvider, simulator: GeminiSimulator
) -> None:
    simulator.behave("gzip_bomb")

    with pytest.raises(ProviderBadResponse, match="encoded answer"):
        await driver.process(order())


async def test_the_wish_to_wait_is_passed_on(
    driver: GeminiProvider, simulator: GeminiSimulator
) -> None:
    simulator.behave("http_429")

    with pytest.raises(ProviderQuota) as caught:
        await driver.process(order())

    assert caught.value.retry_after == pytest.approx(10.97, abs=0.01)


async def test_the_photo_arrives_bit_for_bit_before_its_templates(
    driver: GeminiProvider, simulator: GeminiSimulator
) -> None:
    photo = BytesBlob(picture(MediaType.JPEG, size=(900, 700), quality=99), MediaType.JPEG)
    templates = [BytesBlob(picture(kind), kind) for kind in MediaType]

    answer = await driver.process(order(photo, *templates, aspect_ratio="16:9", image_size="512"))

    [seen] = simulator.received
    assert [came.sha256 for came in seen.pictures] == [blob.sha256 for blob in (photo, *templates)]
    assert "faces" in seen.system_instruction
    with Image.open(BytesIO(await content_of(answer))) as changed:
        assert changed.size == (688, 384)


async def test_the_schema_says_what_can_be_done_and_by_which_model(driver: GeminiProvider) -> None:
    schema: Any = driver.operations["image_edit"].schema

    assert driver.model({"prompt": "p"}) == schema["properties"]["model"]["default"]
    assert driver.model({"prompt": "p", "model": "gemini-9"}) == "gemini-9"


async def test_an_answer_follows_the_photo_unless_the_slot_sets_a_shape(
    driver: GeminiProvider,
) -> None:
    assert (await driver.process(order(image_size="512"))).follows_photo
    assert not (await driver.process(order(image_size="512", aspect_ratio="3:2"))).follows_photo


async def test_a_photo_of_the_limit_is_sent_and_one_beyond_the_body_is_not(
    simulator: GeminiSimulator,
) -> None:
    async with open_session() as session:
        provider = gemini(session, simulator.url, body_limit=2**20)
        largest = PHOTO + bytes(provider.photo_limit() - len(PHOTO))
        await provider.process(order(BytesBlob(largest, MediaType.JPEG), image_size="512"))
        with pytest.raises(PayloadTooLarge):
            await provider.process(order(BytesBlob(bytes(2**20), MediaType.JPEG)))

    [seen] = simulator.received
    assert seen.pictures[0].size == provider.photo_limit()


async def test_twenty_photos_at_once_get_their_own_answers(
    driver: GeminiProvider, simulator: GeminiSimulator
) -> None:
    sizes = [(100 + 40 * number, 100) for number in range(20)]
    photos = [BytesBlob(picture(MediaType.JPEG, size=size), MediaType.JPEG) for size in sizes]

    answers = await asyncio.gather(
        *(driver.process(order(photo, image_size="512")) for photo in photos)
    )

    assert len({answer.picture.sha256 for answer in answers}) == 20
    assert {came.pictures[0].sha256 for came in simulator.received} == {p.sha256 for p in photos}


@pytest.mark.parametrize("key", [None, "", "two\nlines", "ключ"])
async def test_without_a_usable_key_nobody_is_called(
    simulator: GeminiSimulator, key: str | None
) -> None:
    async with open_session() as session:
        driver = GeminiProvider(session=session, api_key=keyed(key), base_url=simulator.url)
        with pytest.raises(ProviderMisconfigured) as caught:
            await driver.process(order())

    assert not key or key not in shown(caught.value)
    assert (len(simulator.received), simulator.refused) == (0, 0)


async def test_a_wrong_key_is_a_matter_of_configuration(simulator: GeminiSimulator) -> None:
    async with open_session() as session:
        driver = GeminiProvider(session=session, api_key=keyed("old"), base_url=simulator.url)
        with pytest.raises(ProviderMisconfigured, match="key is not valid"):
            await driver.process(order())


async def test_nothing_is_sent_when_the_order_is_too_large(simulator: GeminiSimulator) -> None:
    async with open_session() as session:
        with pytest.raises(PayloadTooLarge):
            await gemini(session, simulator.url, body_limit=1_000).process(order())

    assert (len(simulator.received), simulator.refused) == (0, 0)


async def test_nothing_is_sent_when_no_time_is_left(
    driver: GeminiProvider, simulator: GeminiSimulator
) -> None:
    with pytest.raises(ProviderUnreachable, match="no time"):
        await driver.process(order(seconds=0))

    assert (len(simulator.received), simulator.refused) == (0, 0)


async def test_settings_that_no_longer_pass_are_a_matter_of_configuration(
    driver: GeminiProvider, simulator: GeminiSimulator
) -> None:
    with pytest.raises(ProviderMisconfigured, match="aspect_ratio"):
        await driver.process(order(aspect_ratio="7:5"))

    assert not simulator.received


async def test_a_refused_connection_means_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    async with open_session() as session:
        with pytest.raises(ProviderUnreachable):
            await gemini(session, f"http://127.0.0.1:{port}").process(order())


async def test_only_the_proxy_that_is_configured_is_used(
    simulator: GeminiSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with open_session() as session:
        await gemini(session, simulator.url).process(order())
    async with open_session(proxy_url=simulator.url) as session:
        await gemini(session, "http://127.0.0.1:9").process(order())

    assert len(simulator.received) == 2


async def test_a_provider_shows_no_key_and_takes_no_plain_http_abroad(
    driver: GeminiProvider,
) -> None:
    assert KEY not in repr(driver)
    with pytest.raises(ValueError, match="https"):
        gemini(driver.session, "http://example.org")


PROBE = """
import asyncio, json, re, sys
from photochanger_adapters.gemini.driver import GeminiProvider
from photochanger_adapters.provider_http.session import open_session
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.provider import Order

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024

async def finds(key):
    return key

async def main(url, key, path):
    order = Order(
        operation="image_edit", settings={"prompt": "p"}, seconds_left=20,
        photo=BytesBlob(open(path, "rb").read(), MediaType.JPEG),
    )
    async with open_session() as session:
        provider = GeminiProvider(session=session, api_key=lambda: finds(key), base_url=url)
        await provider.process(order)
        before = peak()
        failures = []
        for _ in range(3):
            try:
                await provider.process(order)
            except Exception as error:
                failures.append(type(error).__name__)
        print(json.dumps({"failures": failures, "grown": peak() - before}))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_answers_of_500_mb_cost_less_than_150_mb(
    simulator: GeminiSimulator, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(PHOTO)
    simulator.behave(times=1)
    for fault in ("huge", "huge_chunked", "gzip_bomb"):
        simulator.behave(fault, times=1)

    probe = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROBE, simulator.url, KEY, str(photo)),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        output, _ = await probe.communicate()

    report = json.loads(output)
    assert report["failures"] == ["ProviderBadResponse"] * 3
    assert report["grown"] < 150


async def test_the_password_of_a_proxy_is_shown_to_nobody(simulator: GeminiSimulator) -> None:
    proxy = simulator.url.replace("http://", "http://alice:s3cret-of-proxy@")
    async with open_session(proxy_url=proxy) as session:
        with pytest.raises(ProviderUnreachable) as failed:  # the stand-in is no proxy for https
            await gemini(session, "https://gemini.test").process(order())

    assert "s3cret-of-proxy" not in shown(failed.value)
