"""What the way to Turbotext does with good and bad answers of the stand-in."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from attrs import evolve, frozen
from PIL import Image

from photochanger_adapters.provider_http.download import Download
from photochanger_adapters.provider_http.session import open_session
from photochanger_adapters.simulators.turbotext import (
    Stage,
    TurbotextSimulator,
    running_turbotext_simulator,
)
from photochanger_adapters.simulators.turbotext_faults import STAGES
from photochanger_adapters.turbotext.driver import TurbotextProvider
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ProviderUnreachable,
)
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.provider import Order
from tests.echoes import ECHOES, echo
from tests.linked import Links, linking, turbotext
from tests.orders import KEY, PATIENCE, PHOTO, content_of, eventually, keyed, shown
from tests.pictures import picture
from tests.raw_server import answering, http

STYLE = BytesBlob(picture(MediaType.PNG, size=(100, 200)), MediaType.PNG)
ENDLESS = {"hang", "slow_headers", "slow_drip", "never_ready"}

EVERYWHERE: dict[str, type[ProviderFailure]] = {
    "reset": ProviderUnreachable,
    "half_body": ProviderUnreachable,
    "hang": ProviderUnreachable,
    "slow_headers": ProviderUnreachable,
    "slow_drip": ProviderUnreachable,
    "http_500": ProviderServerError,
    "http_503": ProviderServerError,
    "http_504": ProviderServerError,
    "garbage": ProviderBadResponse,
    "huge": ProviderBadResponse,
    "huge_chunked": ProviderBadResponse,
    "gzip_bomb": ProviderBadResponse,
    "redirect": ProviderBadResponse,
}
IN_THE_QUEUE: dict[str, type[ProviderFailure]] = {
    "http_400": ProviderMisconfigured,
    "http_401": ProviderMisconfigured,
    "http_403": ProviderMisconfigured,
    "http_404": ProviderMisconfigured,
    "http_429": ProviderQuota,
    "python_like": ProviderBadResponse,
    "malformed": ProviderBadResponse,
    "unknown_error": ProviderBadResponse,
    "unknown_message": ProviderBadResponse,
    "forbidden_content": ProviderRefused,
}
KINDS: dict[tuple[str, Stage], type[ProviderFailure]] = {
    **{(fault, stage): kind for fault, kind in EVERYWHERE.items() for stage in Stage},
    **{
        (fault, stage): kind
        for fault, kind in IN_THE_QUEUE.items()
        for stage in (Stage.CREATE, Stage.RESULT)
    },
    ("no_queueid", Stage.CREATE): ProviderBadResponse,
    ("never_ready", Stage.RESULT): ProviderUnreachable,
    ("no_url", Stage.RESULT): ProviderBadResponse,
    ("url_text_error", Stage.RESULT): ProviderBadResponse,
    ("url_elsewhere", Stage.RESULT): ProviderBadResponse,
    **{
        (fault, Stage.PICTURE): ProviderBadResponse
        for fault in (
            *("http_400", "http_401", "http_403", "http_404", "http_429"),
            *("not_a_picture", "svg", "gif"),
        )
    },
}
"""By fault and where it happens."""

GOOD: set[tuple[str, Stage]] = {
    *((fault, Stage.RESULT) for fault in ("url_in_data", "url_in_list", "relative_url")),
    *(
        (fault, Stage.PICTURE)
        for fault in ("truncated_picture", "flat", "turned", "bomb_picture", "mislabelled")
    ),
}
"""What does not matter, or only decoding finds: the provider answers."""


@frozen
class Way:
    """A driver, and who is at its ends."""

    driver: TurbotextProvider
    simulator: TurbotextSimulator
    links: Links

    async def failure(self, order: Order) -> ProviderFailure:
        with pytest.raises(ProviderFailure) as caught:
            await self.driver.process(order)
        assert KEY not in shown(caught.value)
        return caught.value


ON_THE_WAY = {"http_504"}
"""What a gateway answers in place of the service: nobody knows whether the photo was taken in."""


@pytest.fixture
async def way() -> AsyncIterator[Way]:
    async with (
        linking() as links,
        running_turbotext_simulator(api_key=KEY) as simulator,
        open_session() as session,
    ):
        yield Way(turbotext(session, simulator.url), simulator, links)


def test_every_fault_of_the_stand_in_is_tried() -> None:
    assert KINDS.keys() | GOOD == {
        (fault, stage) for fault, stages in STAGES.items() for stage in stages
    }


@pytest.mark.parametrize("fault, stage", KINDS)
async def test_every_fault_is_a_failure_and_paid_for_once(
    way: Way, fault: str, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    way.simulator.behave(fault, stage=stage, url="http://127.0.0.1:9/1.png")

    failure = await way.failure(way.links.order(seconds=1 if fault in ENDLESS else 10))

    assert type(failure) is KINDS[fault, stage]
    assert failure.is_final is (stage is not Stage.CREATE or fault in ON_THE_WAY)
    assert failure.detail.isprintable()
    assert KEY not in caplog.text
    assert (way.simulator.calls, way.simulator.refused) == (1, 0)
    await eventually(lambda: way.simulator.open_calls == 0)


@pytest.mark.parametrize("fault, stage", sorted(GOOD))
async def test_other_oddities_still_give_a_picture(way: Way, fault: str, stage: Stage) -> None:
    way.simulator.behave(fault, stage=stage)

    answer = await way.driver.process(way.links.order())

    assert answer.picture.media_type is MediaType.PNG
    assert way.simulator.calls == 1


@pytest.mark.parametrize("fault", ["unknown_error", "unknown_message"])
async def test_what_the_service_says_is_kept_for_the_log(way: Way, fault: str) -> None:
    way.simulator.behave(fault)

    assert "Недостаточно средств #77" in (await way.failure(way.links.order())).detail


# Pictures


async def test_an_edited_photo_comes_with_what_is_left_and_is_never_made_twice(way: Way) -> None:
    answer = await way.driver.process(way.links.order())

    with Image.open(BytesIO(await content_of(answer))) as changed:
        assert changed.width > changed.height
    assert answer.quota_left["foto_limit"] > 0
    assert answer.model is None
    assert answer.follows_photo
    assert answer.is_final
    [seen] = way.simulator.received
    [guest] = seen.pictures
    assert guest.picture is not None
    assert guest.picture.sha256 == BytesBlob(PHOTO, MediaType.JPEG).sha256


@pytest.mark.parametrize(
    "operation, settings, guest_field, template_field",
    [
        ("style_transfer", {"prompt": "Van Gogh"}, "url_image_target", "url"),
        ("identity_transfer", {"face_restore": False}, "url_image_target", "url"),
        (
            "custom",
            {"method": "object_replace", "prompt": "A hat", "template_field": "url_mask"},
            "url",
            "url_mask",
        ),
    ],
)
async def test_guest_and_template_are_fetched_from_their_fields(
    way: Way,
    operation: str,
    settings: dict[str, object],
    guest_field: str,
    template_field: str,
) -> None:
    order = way.links.order(None, STYLE, operation=operation, settings=settings)

    answer = await way.driver.process(order)

    [seen] = way.simulator.received
    fetched = {came.field_name: came.picture and came.picture.sha256 for came in seen.pictures}
    assert fetched == {guest_field: order.photo.sha256, template_field: STYLE.sha256}
    assert not answer.follows_photo
    assert answer.is_final


async def test_twenty_photos_at_once_get_their_own_answers(way: Way) -> None:
    sizes = [(100 + 40 * number, 100) for number in range(20)]
    photos = [BytesBlob(picture(MediaType.JPEG, size=size), MediaType.JPEG) for size in sizes]

    answers = await asyncio.gather(*(way.driver.process(way.links.order(one)) for one in photos))

    assert len({answer.picture.sha256 for answer in answers}) == 20
    fetched = [came.picture for seen in way.simulator.received for came in seen.pictures]
    assert {one.sha256 for one in fetched if one} == {photo.sha256 for photo in photos}
    assert way.simulator.calls == 20


# Asking


async def test_questions_are_asked_until_the_picture_is_there(way: Way) -> None:
    way.simulator.behave(delay_seconds=0.3)

    await way.driver.process(way.links.order())

    assert way.simulator.calls == 1
    assert way.simulator.polls > 1


async def test_every_question_is_counted(way: Way) -> None:
    questions = 0

    def polled() -> None:
        nonlocal questions
        questions += 1

    way.simulator.behave(delay_seconds=0.3)
    answer = await evolve(way.driver, polled=polled).process(way.links.order())
    await answer.picture.close()

    assert questions == way.simulator.polls > 1


async def test_nothing_is_asked_after_the_deadline(way: Way) -> None:
    way.simulator.behave("never_ready")

    failure = await way.failure(way.links.order(seconds=0.3))
    polls = way.simulator.polls
    await asyncio.sleep(0.1)

    assert isinstance(failure, ProviderUnreachable)
    assert failure.may_have_begun
    assert "no picture" in failure.detail
    assert 0 < polls == way.simulator.polls


@pytest.mark.parametrize("fault", ["http_500", "http_429", "reset"])
async def test_after_six_broken_questions_in_a_row_nobody_asks_on(way: Way, fault: str) -> None:
    way.simulator.behave(fault, stage=Stage.RESULT)

    assert (await way.failure(way.links.order())).is_final
    assert way.simulator.polls == 6


def said(document: object) -> bytes:
    return http(json.dumps(document).encode())


QUEUED = said({"success": True, "queueid": 17})
WAIT = said({"action": "reconnect", "success": False})
MADE = said({"success": True, "uploaded_image": "/1.png"})
PICTURE = http(picture(MediaType.PNG))
BROKEN = [http(status="500 Broken"), http(status="429 Later"), b""]
HALF = http(b"\x89PNG\r\n\x1a\n", "Content-Length: 100")


async def run(*replies: bytes, links: Links, **more: object) -> list[bytes]:
    """Return the first lines and the forms that were sent to somebody who says *replies*."""
    async with answering(*replies) as server, open_session() as session:
        await turbotext(session, server.url, **more).process(links.order())
    return [asked.split(b" HTTP/")[0] + asked.split(b"\r\n\r\n")[1][:11] for asked in server.asked]


CREATED = b"POST /api_ai/generate_image2imagedo=create_q"
ASKED = b"POST /api_ai/generate_image2imagedo=get_resu"
FETCHED = b"GET /1.png"


async def test_what_breaks_now_and_then_is_asked_again(way: Way) -> None:
    asked = await run(
        QUEUED,
        *(*BROKEN[:2], WAIT, *BROKEN[1:], WAIT, BROKEN[0], WAIT, MADE),
        *(BROKEN[0], HALF, PICTURE),
        links=way.links,
    )

    assert asked == [CREATED, *[ASKED] * 9, *[FETCHED] * 3]


@pytest.mark.parametrize("broken", [BROKEN[0], HALF])
async def test_a_picture_is_fetched_three_times_at_most(way: Way, broken: bytes) -> None:
    async with answering(QUEUED, MADE, broken) as server, open_session() as session:
        with pytest.raises(ProviderFailure) as caught:
            await turbotext(session, server.url).process(way.links.order())

    assert len(server.asked) == 5
    assert caught.value.is_final


async def test_what_is_no_picture_is_fetched_once(way: Way) -> None:
    async with answering(QUEUED, MADE, http(b"<html>")) as server, open_session() as session:
        with pytest.raises(ProviderBadResponse):
            await turbotext(session, server.url).process(way.links.order())

    assert len(server.asked) == 3


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_photo_is_put_into_the_queue_once_whatever_comes_of_it(
    way: Way, broken: bytes
) -> None:
    async with answering(broken) as server, open_session() as session:
        with pytest.raises(ProviderFailure) as caught:
            await turbotext(session, server.url).process(way.links.order())

    assert len(server.asked) == 1
    assert not caught.value.is_final


async def test_only_an_order_that_may_have_left_may_have_begun(way: Way) -> None:
    async with answering(b"") as server:
        pass
    for url, begun in ((server.url, False), (way.simulator.url, True)):
        way.simulator.behave("reset", stage=Stage.CREATE)
        failure = await Way(turbotext(way.driver.session, url), way.simulator, way.links).failure(
            way.links.order()
        )
        assert isinstance(failure, ProviderUnreachable)
        assert failure.may_have_begun is begun


@pytest.mark.parametrize("fault, stage", [("hang", stage) for stage in Stage])
async def test_cancellation_leaves_nothing_behind(way: Way, fault: str, stage: Stage) -> None:
    before = asyncio.all_tasks()
    way.simulator.behave(fault, stage=stage)
    call = asyncio.create_task(way.driver.process(way.links.order()))
    await eventually(lambda: way.simulator.calls == 1 and way.simulator.open_calls == 1)

    call.cancel()
    await asyncio.wait([call])

    assert call.cancelled()
    await eventually(lambda: way.simulator.open_calls == 0)
    await eventually(lambda: asyncio.all_tasks() <= before)


async def test_pictures_elsewhere_are_not_fetched(way: Way) -> None:
    async with answering(PICTURE) as elsewhere:
        for url in (f"{elsewhere.url}/1.png", f"http://localhost:{elsewhere.port}/1.png"):
            way.simulator.behave("url_elsewhere", url=url)
            failure = await way.failure(way.links.order())
            assert "not allowed" in failure.detail
            assert failure.is_final

    assert not elsewhere.asked


@pytest.mark.parametrize("before", [(), (QUEUED,), (QUEUED, MADE)], ids=list(Stage))
@pytest.mark.parametrize("name", ECHOES)
async def test_whatever_echoes_the_key_is_a_failure_without_it(
    way: Way, name: str, before: tuple[bytes, ...], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with answering(*before, echo(name, KEY)) as server:
        failing = evolve(way, driver=turbotext(way.driver.session, server.url))
        failure = await failing.failure(way.links.order())

    assert KEY[:12] not in failure.detail + caplog.text
    assert len(failure.detail) < 400


# Nothing is sent


@pytest.mark.parametrize("key", [None, "", "two\nlines", "ключ"])
async def test_without_a_usable_key_nobody_is_called(way: Way, key: str | None) -> None:
    driver = turbotext(way.driver.session, way.simulator.url, api_key=keyed(key))

    with pytest.raises(ProviderMisconfigured) as caught:
        await driver.process(way.links.order())

    assert not key or key not in shown(caught.value)
    assert (way.simulator.calls, way.simulator.refused) == (0, 0)


async def test_a_wrong_key_is_a_matter_of_configuration(way: Way) -> None:
    driver = turbotext(way.driver.session, way.simulator.url, api_key=keyed("old"))

    with pytest.raises(ProviderMisconfigured) as caught:
        await driver.process(way.links.order())

    assert not caught.value.is_final


async def test_without_a_public_address_there_is_no_order(way: Way) -> None:
    failure = await way.failure(evolve(way.links.order(), links=()))

    assert isinstance(failure, ProviderMisconfigured)
    assert "public address" in failure.detail
    assert (way.simulator.calls, way.simulator.refused) == (0, 0)


async def test_nor_when_no_time_is_left(way: Way) -> None:
    failure = await way.failure(way.links.order(seconds=0))

    assert isinstance(failure, ProviderUnreachable)
    assert "no time" in failure.detail
    assert not failure.may_have_begun
    assert (way.simulator.calls, way.simulator.refused) == (0, 0)


async def test_settings_that_no_longer_pass_are_a_matter_of_configuration(way: Way) -> None:
    failure = await way.failure(way.links.order(settings={"prompt": "p", "strength": 81}))

    assert isinstance(failure, ProviderMisconfigured)
    assert "strength" in failure.detail
    assert (way.simulator.calls, way.simulator.refused) == (0, 0)


async def test_a_provider_shows_no_key_and_takes_no_plain_http_abroad(way: Way) -> None:
    assert KEY not in repr(way.driver)
    for more in ({"url": "http://example.org"}, {"url": "https://a.test", "result_origins": "*"}):
        with pytest.raises(ValueError, match=r"https|no host"):
            turbotext(way.driver.session, **more)


async def test_all_goes_by_the_proxy_that_is_configured(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    await way.driver.process(way.links.order())
    proxy = way.simulator.url
    async with open_session(proxy_url=proxy) as session:
        driver = turbotext(session, "http://127.0.0.1:9", download=Download(proxy_url=proxy))
        answer = await driver.process(way.links.order())

    assert answer.picture.size
    assert way.simulator.calls == 2


PROBE = """
import asyncio, json, re, sys
from photochanger_adapters.provider_http.session import open_session
from photochanger_adapters.turbotext.driver import TurbotextProvider
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.provider import Order

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024

async def finds(key):
    return key

async def main(url, key, link, orders):
    order = Order(
        operation="image_edit", settings={"prompt": "p"}, seconds_left=20, links=[link],
        photo=BytesBlob(b"", MediaType.JPEG),
    )
    async with open_session() as session:
        provider = TurbotextProvider(
            session=session, api_key=lambda: finds(key), base_url=url, poll_seconds=0.02
        )
        await provider.process(order)
        before = peak()
        failures = []
        for _ in range(int(orders)):
            try:
                await provider.process(order)
            except Exception as error:
                failures.append(type(error).__name__)
        print(json.dumps({"failures": failures, "grown": peak() - before}))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_answers_of_500_mb_cost_less_than_150_mb(way: Way) -> None:
    floods = [(fault, stage) for fault in ("huge", "huge_chunked", "gzip_bomb") for stage in Stage]
    way.simulator.behave(times=1)
    for fault, stage in floods:
        way.simulator.behave(fault, stage=stage, times=1)
    link = way.links.to(BytesBlob(PHOTO, MediaType.JPEG))

    probe = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROBE, way.simulator.url, KEY, link, str(len(floods))),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        output, _ = await probe.communicate()

    report = json.loads(output)
    assert report["failures"] == ["ProviderBadResponse"] * len(floods)
    assert report["grown"] < 150
