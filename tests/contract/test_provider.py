"""What every provider keeps."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from attrs import field, frozen

from photochanger_adapters.memory.provider import ScriptedProvider, Step
from photochanger_adapters.provider_http.session import open_session
from photochanger_adapters.simulators.gemini import running_gemini_simulator
from photochanger_adapters.simulators.turbotext import running_turbotext_simulator
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
from photochanger_core.ports.provider import Order, ProviderPort
from tests.linked import linking, turbotext
from tests.mirrored import mirror, mirror_order
from tests.orders import KEY, PHOTO, content_of, eventually, gemini, order, shown
from tests.pictures import picture
from tests.third_driver.stand_in import running_mirror_simulator

GEMINI_FAULTS: dict[type[ProviderFailure], str] = {
    ProviderServerError: "http_500",
    ProviderBadResponse: "garbage",
    ProviderNoPicture: "no_image",
    ProviderQuota: "http_429",
    ProviderUnreachable: "reset",
    ProviderRefused: "refusal",
    ProviderMisconfigured: "http_404",
}
"""Every kind, and what makes the stand-in for Gemini cause it."""

TURBOTEXT_FAULTS: dict[type[ProviderFailure], str] = {
    ProviderServerError: "http_500",
    ProviderBadResponse: "garbage",
    ProviderQuota: "http_429",
    ProviderUnreachable: "reset",
    ProviderRefused: "forbidden_content",
    ProviderMisconfigured: "http_404",
}
"""Every kind but one: what is no picture here is paid for all the same."""

MIRROR_FAULTS: dict[type[ProviderFailure], str] = {
    ProviderServerError: "http_500",
    ProviderBadResponse: "garbage",
    ProviderNoPicture: "no_picture",
    ProviderQuota: "http_402",
    ProviderUnreachable: "reset",
    ProviderRefused: "refusal",
    ProviderMisconfigured: "http_404",
}
"""Every kind, and what makes the stand-in for Mirror cause it."""


@frozen
class Stage:
    """A provider, and how to make its next calls go wrong.

    Attributes:
        wire: Makes the next answer go wrong by the name of a fault; None: there is no wire.
        counts: What its answers count.
        names_model: Whether they name the model.
        takes_templates: Whether other pictures may come beside the photo.
        tasks: What runs while nothing is asked for.
    """

    provider: ProviderPort
    order: Callable[..., Order]
    fail: Callable[[type[ProviderFailure]], None]
    hang: Callable[[], None]
    busy: Callable[[], bool]
    wire: Callable[[str], None] | None = None
    counts: str = "totalTokenCount"
    names_model: bool = True
    takes_templates: bool = True
    tasks: set[asyncio.Task[Any]] = field(factory=asyncio.all_tasks)

    async def is_still(self) -> None:
        """Wait until nothing is left of any call."""
        await eventually(lambda: not self.busy())
        here = {asyncio.current_task()}
        await eventually(lambda: asyncio.all_tasks() - here <= self.tasks)


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
        order,
        lambda kind: provider.script.append(Step(0, kind("scripted"))),
        lambda: provider.script.append(Step(3_600)),
        lambda: bool(clock.sleepers),
    )


@asynccontextmanager
async def gemini_stage() -> AsyncIterator[Stage]:
    async with running_gemini_simulator(api_key=KEY) as simulator, open_session() as session:
        yield Stage(
            gemini(session, simulator.url),
            order,
            lambda kind: simulator.behave(GEMINI_FAULTS[kind], times=1),
            lambda: simulator.behave("hang", times=1),
            lambda: simulator.open_calls > 0,
            lambda fault: simulator.behave(fault, times=1),
        )


@asynccontextmanager
async def turbotext_stage() -> AsyncIterator[Stage]:
    async with (
        linking() as links,
        running_turbotext_simulator(api_key=KEY) as simulator,
        open_session() as session,
    ):
        yield Stage(
            turbotext(session, simulator.url),
            links.order,
            lambda kind: simulator.behave(TURBOTEXT_FAULTS[kind], times=1),
            lambda: simulator.behave("hang", times=1),
            lambda: simulator.open_calls > 0,
            lambda fault: simulator.behave(fault, times=1),
            counts="foto_limit",
            names_model=False,
        )


@asynccontextmanager
async def mirror_stage() -> AsyncIterator[Stage]:
    async with running_mirror_simulator(api_key=KEY) as simulator, open_session() as session:
        yield Stage(
            mirror(session, simulator.url),
            mirror_order,
            lambda kind: simulator.behave(MIRROR_FAULTS[kind], times=1),
            lambda: simulator.behave("hang", times=1),
            lambda: simulator.open_calls > 0,
            lambda fault: simulator.behave(fault, times=1),
            counts="units_left",
            names_model=False,
            takes_templates=False,
        )


KINDS = {
    scripted_stage: GEMINI_FAULTS,
    gemini_stage: GEMINI_FAULTS,
    turbotext_stage: TURBOTEXT_FAULTS,
    mirror_stage: MIRROR_FAULTS,
}
"""By provider, the failures that it can cause."""

WIRED = pytest.mark.parametrize(
    "stage", [gemini_stage, turbotext_stage, mirror_stage], indirect=True
)


@pytest.fixture(params=KINDS)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with request.param() as stage:
        yield stage


async def test_an_answer_is_another_picture_of_the_type_its_bytes_show(stage: Stage) -> None:
    answer = await stage.provider.process(stage.order())

    content = await content_of(answer)
    assert content != PHOTO
    assert answer.picture.media_type is sniff(content)
    assert answer.picture.size == len(content)
    assert bool(answer.model) is stage.names_model
    assert {**answer.usage, **answer.quota_left}[stage.counts] > 0


async def test_an_answer_follows_the_photo_when_nothing_else_is_set(stage: Stage) -> None:
    assert (await stage.provider.process(stage.order())).follows_photo


async def test_a_photo_of_the_limit_is_small_enough(stage: Stage) -> None:
    photo = PHOTO + bytes(stage.provider.photo_limit() - len(PHOTO))

    answer = await stage.provider.process(stage.order(BytesBlob(photo, MediaType.JPEG)))

    assert answer.picture.size


async def test_photo_and_templates_stay_the_callers_and_can_be_read_again(stage: Stage) -> None:
    templates = [BytesBlob(picture(MediaType.PNG), MediaType.PNG)] * stage.takes_templates
    wanted = stage.order(BytesBlob(PHOTO, MediaType.JPEG), *templates)

    first, second = [await content_of(await stage.provider.process(wanted)) for _ in range(2)]

    assert first == second


@pytest.mark.parametrize(
    "stage, kind",
    [(made, kind) for made, kinds in KINDS.items() for kind in kinds],
    indirect=["stage"],
)
async def test_every_failure_is_of_its_kind_and_the_next_photo_works(
    stage: Stage, kind: type[ProviderFailure], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage.fail(kind)

    with pytest.raises(ProviderFailure) as caught:
        await stage.provider.process(stage.order())

    assert type(caught.value) is kind
    assert caught.value.detail
    assert KEY not in shown(caught.value) + caplog.text
    await stage.is_still()
    await stage.provider.process(stage.order())


async def test_a_call_takes_no_longer_than_it_is_given(stage: Stage) -> None:
    stage.hang()

    with pytest.raises((TimeoutError, ProviderUnreachable)):  # one of the two clocks is first
        async with asyncio.timeout(0.2):
            await stage.provider.process(stage.order(seconds=0.2))

    await stage.is_still()
    await stage.provider.process(stage.order())


async def test_cancellation_ends_a_call_without_leftovers(stage: Stage) -> None:
    stage.hang()
    call = asyncio.create_task(stage.provider.process(stage.order()))
    await eventually(stage.busy)

    call.cancel()
    await asyncio.wait([call])

    assert call.cancelled()
    await stage.is_still()
    await stage.provider.process(stage.order())


async def test_a_ping_of_a_service_that_is_well_says_nothing_and_costs_nothing(
    stage: Stage,
) -> None:
    wanted = stage.order()
    stage.fail(ProviderServerError)  # the next order: a ping is none

    await stage.provider.ping(wanted.settings, seconds=10)

    with pytest.raises(ProviderServerError):
        await stage.provider.process(wanted)


@WIRED
@pytest.mark.parametrize("fault", ["huge", "huge_chunked", "gzip_bomb"])
async def test_answers_beyond_all_bounds_are_not_read(stage: Stage, fault: str) -> None:
    assert stage.wire is not None
    stage.wire(fault)

    with pytest.raises(ProviderBadResponse):
        await stage.provider.process(stage.order())

    await stage.is_still()


async def test_wrong_settings_are_named(stage: Stage) -> None:
    good = stage.order()
    stage.provider.check_settings(good.operation, good.settings)

    with pytest.raises(ValidationFailed, match=r"settings\.invalid"):
        stage.provider.check_settings(good.operation, {**good.settings, "invalid": 1})


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
    provider = ScriptedProvider(
        SystemClock(),
        largest_photo=5,
        follows_photo=False,
        quota_left={"left": 7},
        ping_error=ProviderQuota("none"),
    )

    assert provider.photo_limit() == 5
    answer = await provider.process(order())
    assert not answer.follows_photo
    assert answer.quota_left == {"left": 7}
    with pytest.raises(ProviderQuota):
        await provider.ping({"model": "m"}, seconds=1)
    assert provider.pings == [{"model": "m"}]
