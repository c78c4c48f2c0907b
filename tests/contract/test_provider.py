"""What every provider keeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from attrs import frozen

from photochanger_adapters.memory.provider import ScriptedProvider, Step
from photochanger_adapters.provider_http.session import open_session
from photochanger_adapters.simulators.gemini import running_gemini_simulator
from photochanger_adapters.system.clock import SystemClock
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderNoPicture,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ProviderUnreachable,
    ValidationFailed,
)
from photochanger_core.domain.picture import MediaType, sniff
from photochanger_core.ports.provider import ProviderPort
from tests.orders import KEY, PHOTO, content_of, eventually, gemini, order
from tests.pictures import picture

FAILURES: dict[type[ProviderFailure], str] = {
    ProviderServerError: "http_500",
    ProviderBadResponse: "garbage",
    ProviderNoPicture: "no_image",
    ProviderQuota: "http_429",
    ProviderUnreachable: "reset",
    ProviderRefused: "refusal",
    ProviderMisconfigured: "http_404",
}
"""Every kind, and what makes the stand-in for Gemini cause it."""


@frozen
class Stage:
    """A provider, and how to make its next calls go wrong."""

    provider: ProviderPort
    fail: Callable[[type[ProviderFailure]], None]
    hang: Callable[[], None]
    busy: Callable[[], bool]


class WatchedClock(SystemClock):
    """A clock that knows who waits by it."""

    def __init__(self) -> None:
        self.sleepers: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.sleepers.append(seconds)
        try:
            await super().sleep(seconds)
        finally:
            self.sleepers.pop()


@asynccontextmanager
async def scripted_stage() -> AsyncIterator[Stage]:
    clock = WatchedClock()
    provider = ScriptedProvider(clock)
    yield Stage(
        provider,
        lambda kind: provider.script.append(Step(0, kind("scripted"))),
        lambda: provider.script.append(Step(3_600)),
        lambda: bool(clock.sleepers),
    )


@asynccontextmanager
async def gemini_stage() -> AsyncIterator[Stage]:
    async with running_gemini_simulator(api_key=KEY) as simulator, open_session() as session:
        yield Stage(
            gemini(session, simulator.url),
            lambda kind: simulator.behave(FAILURES[kind], times=1),
            lambda: simulator.behave("hang", times=1),
            lambda: simulator.open_calls > 0,
        )


@pytest.fixture(params=[scripted_stage, gemini_stage])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with request.param() as stage:
        yield stage


async def test_an_answer_is_another_picture_of_the_type_its_bytes_show(stage: Stage) -> None:
    answer = await stage.provider.process(order())

    content = await content_of(answer)
    assert content != PHOTO
    assert answer.picture.media_type is sniff(content)
    assert answer.picture.size == len(content)
    assert answer.model
    assert answer.usage["totalTokenCount"] > 0


async def test_an_answer_follows_the_photo_when_nothing_else_is_set(stage: Stage) -> None:
    assert (await stage.provider.process(order())).follows_photo


async def test_a_photo_of_the_limit_is_small_enough(stage: Stage) -> None:
    photo = PHOTO + bytes(stage.provider.photo_limit() - len(PHOTO))

    answer = await stage.provider.process(order(BytesBlob(photo, MediaType.JPEG)))

    assert answer.picture.size


async def test_photo_and_templates_stay_the_callers_and_can_be_read_again(stage: Stage) -> None:
    photo = BytesBlob(PHOTO, MediaType.JPEG)
    wanted = order(photo, BytesBlob(picture(MediaType.PNG), MediaType.PNG))

    first, second = [await content_of(await stage.provider.process(wanted)) for _ in range(2)]

    assert first == second


@pytest.mark.parametrize("kind", FAILURES)
async def test_every_failure_is_of_its_kind_and_the_next_photo_works(
    stage: Stage, kind: type[ProviderFailure]
) -> None:
    stage.fail(kind)

    with pytest.raises(ProviderFailure) as caught:
        await stage.provider.process(order())

    assert type(caught.value) is kind
    assert caught.value.detail
    await stage.provider.process(order())


async def test_cancellation_ends_a_call_without_leftovers(stage: Stage) -> None:
    before = asyncio.all_tasks()
    stage.hang()
    call = asyncio.create_task(stage.provider.process(order()))
    await eventually(stage.busy)

    call.cancel()
    await asyncio.wait([call])

    assert call.cancelled()
    await eventually(lambda: not stage.busy())
    await eventually(lambda: asyncio.all_tasks() <= before)
    await stage.provider.process(order())


async def test_good_settings_pass_and_wrong_ones_do_not(stage: Stage) -> None:
    stage.provider.check_settings("image_edit", {"prompt": "Studio portrait", "safety": "standard"})

    with pytest.raises(ValidationFailed, match=r"settings\.invalid"):
        stage.provider.check_settings("image_edit", {"prompt": "p", "invalid": 1})


async def test_the_scripted_provider_follows_its_script_and_remembers_the_orders() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    png = picture(MediaType.PNG)
    provider = ScriptedProvider(clock)
    provider.script.extend([Step(0, png), Step(0, b"no picture")])
    wanted = order()

    scripted = await provider.process(wanted)
    with pytest.raises(ProviderNoPicture):
        await provider.process(wanted)
    await provider.process(wanted)

    assert (scripted.picture.media_type, await content_of(scripted)) == (MediaType.PNG, png)
    assert [call.order for call in provider.calls] == [wanted] * 3
    assert before <= provider.calls[0].at <= clock.monotonic()


async def test_the_scripted_provider_says_what_it_is_told() -> None:
    provider = ScriptedProvider(SystemClock(), largest_photo=5, follows_photo=False)

    assert provider.photo_limit() == 5
    assert not (await provider.process(order())).follows_photo
