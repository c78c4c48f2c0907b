"""Who is asked for a picture, how often, and when not any more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from photochanger_adapters.memory.provider import ScriptedProvider, Step
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.attempt import MAX_DETAIL
from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    ProviderBadResponse,
    ProviderMisconfigured,
    ProviderNoPicture,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ProviderUnreachable,
    SyncTimeout,
    ValidationFailed,
)
from photochanger_core.domain.job import JobStatus
from photochanger_core.domain.retry import MAX_STARTS
from photochanger_core.ports.provider import Operation
from tests.ingesting import FIRST, SLOT, WINDOW, only_job, sent, set_slot
from tests.memory_world import MemoryWorld
from tests.uploads import JPEG

FALLBACK = {"provider": "other", "operation": "image_edit", "settings": {"model": "m2"}}


async def outcomes(world: MemoryWorld) -> list[FailureReason | None]:
    return [attempt.failure_reason for attempt in await world.jobs.attempts(FIRST)]


def starts(*providers: ScriptedProvider) -> list[float]:
    return sorted(call.at for provider in providers for call in provider.calls)


async def test_nothing_is_begun_that_takes_longer_than_there_is(world: MemoryWorld) -> None:
    world.provider.operations = {"image_edit": Operation(schema={}, least_seconds=4.0)}
    world.provider.script.extend([Step(WINDOW - 4.4, ProviderNoPicture("no")), Step(0)])
    await set_slot(world, retry={"no_picture_pause_seconds": 0})
    with pytest.raises(ProviderNoPicture):
        await sent(world)
    assert len(world.provider.calls) == 1


@pytest.fixture
def other(world: MemoryWorld) -> ScriptedProvider:
    """Give the world a second provider."""
    provider = ScriptedProvider(world.clock)
    world.use = UseCases.over(world.ports(providers={"gemini": world.provider, "other": provider}))
    return provider


@pytest.mark.parametrize(
    "error,at",
    [
        (ProviderNoPicture("NO_IMAGE"), [0, 4, 8, 12, 16]),
        (ProviderServerError("503"), [0, 2, 4]),
        (ProviderQuota("429"), [0, 2, 4]),
        (ProviderQuota("429", retry_after=10), [0, 11, 22]),
        (ProviderQuota("429", retry_after=46), [0]),
        (ProviderUnreachable("refused"), [0, 2, 4]),
        (ProviderUnreachable("reset", may_have_begun=True), [0]),
        (ProviderBadResponse("no JSON"), [0]),
        (ProviderRefused("SAFETY"), [0]),
        (ProviderMisconfigured("no model"), [0]),
    ],
)
async def test_each_failure_has_its_own_way(
    world: MemoryWorld, error: CoreError, at: Sequence[float]
) -> None:
    world.provider.seconds, world.provider.error = 1, error
    with pytest.raises(type(error)):
        await sent(world)
    assert starts(world.provider) == at
    assert await outcomes(world) == [error.reason] * len(at)
    assert (await only_job(world)).failure_reason is error.reason


async def test_a_try_that_succeeds_is_the_last(world: MemoryWorld) -> None:
    world.provider.script.extend([Step(1, ProviderNoPicture("x" * 1000)), Step(2)])
    world.provider.quota_left = {"foto_limit": 7}
    processed = await sent(world)
    assert processed.job.status is JobStatus.DONE
    first, second = await world.jobs.attempts(FIRST)
    assert (first.number, first.failure_reason) == (1, FailureReason.BAD_RESPONSE)
    assert len(first.detail) == MAX_DETAIL
    assert (second.number, second.seconds, second.model) == (2, 2, "scripted")
    assert (second.provider, second.usage) == ("gemini", {"totalTokenCount": 1})
    assert second.quota_left == {"foto_limit": 7}
    assert (second.started_at - first.started_at).total_seconds() == 4


@pytest.mark.parametrize("ending", [b"broken", b"flat", b"turned"])
async def test_a_picture_that_is_no_good_is_asked_for_again(
    world: MemoryWorld, ending: bytes
) -> None:
    world.provider.script.append(Step(1, JPEG + ending))
    await sent(world)
    assert await outcomes(world) == [FailureReason.BAD_RESPONSE, None]


async def test_a_slot_may_have_its_own_policy(world: MemoryWorld) -> None:
    await set_slot(world, retry={"error_tries": 1, "no_picture_tries": 2})
    world.provider.error = ProviderServerError("503")
    with pytest.raises(ProviderServerError):
        await sent(world)
    assert len(world.provider.calls) == 1


async def test_a_slot_may_allow_to_pay_twice(world: MemoryWorld) -> None:
    await set_slot(world, retry={"after_ambiguous": True})
    world.provider.script.append(Step(1, ProviderUnreachable("reset", may_have_begun=True)))
    await sent(world)
    assert len(world.provider.calls) == 2


async def test_nobody_is_asked_more_than_six_times(
    world: MemoryWorld, other: ScriptedProvider
) -> None:
    await set_slot(world, fallback=FALLBACK, retry={"no_picture_tries": 6, "error_tries": 6})
    world.provider.error = other.error = ProviderNoPicture("NO_IMAGE")
    with pytest.raises(ProviderNoPicture):
        await sent(world)
    assert (len(world.provider.calls), len(other.calls)) == (MAX_STARTS - 1, 1)


@pytest.mark.parametrize(
    "step",
    [
        Step(1, ProviderRefused("SAFETY")),
        Step(1, ProviderMisconfigured("no model")),
        Step(1, ProviderUnreachable("reset", may_have_begun=True)),
        Step(1000),
    ],
)
async def test_the_fallback_is_asked_when_the_first_leads_nowhere(
    world: MemoryWorld, other: ScriptedProvider, step: Step
) -> None:
    await set_slot(world, fallback=FALLBACK)
    world.provider.script.append(step)
    other.seconds = 5
    processed = await sent(world)
    assert processed.job.status is JobStatus.DONE
    assert len(world.provider.calls) == len(other.calls) == 1
    assert other.calls[0].order.settings == FALLBACK["settings"]
    assert other.calls[0].at <= WINDOW * 0.6 + 0.001
    assert [each.provider for each in await world.jobs.attempts(FIRST)] == ["gemini", "other"]


async def test_the_last_to_fail_says_why(world: MemoryWorld, other: ScriptedProvider) -> None:
    await set_slot(world, fallback=FALLBACK)
    world.provider.error, other.error = ProviderRefused("no"), ProviderMisconfigured("key")
    with pytest.raises(ProviderMisconfigured):
        await sent(world)


async def test_a_provider_that_is_down_is_not_asked_first(
    world: MemoryWorld, other: ScriptedProvider
) -> None:
    await set_slot(world, fallback=FALLBACK, dedupe_seconds=0)
    world.provider.error = ProviderUnreachable("refused")
    for _ in range(3):
        await sent(world)
    assert len(world.provider.calls) == 6
    assert len(other.calls) == 3
    await asyncio.sleep(16)
    world.provider.error = None
    await sent(world)
    assert len(other.calls) == 3


async def test_what_cannot_be_ready_in_time_is_not_begun(world: MemoryWorld) -> None:
    await set_slot(world, dedupe_seconds=0)
    world.provider.seconds = 20
    await sent(world)
    world.provider.script.append(Step(30, ProviderServerError("503")))
    with pytest.raises(ProviderServerError):
        await sent(world)
    assert len(world.provider.calls) == 2


async def test_a_provider_slower_than_the_window_is_still_tried(world: MemoryWorld) -> None:
    await set_slot(world, dedupe_seconds=0)
    world.provider.seconds = 40
    await sent(world)
    await set_slot(world, sync_response_seconds=10)
    world.provider.seconds = 5
    await sent(world)


async def test_turns_are_taken_in_order_within_the_window(world: MemoryWorld) -> None:
    await world.use.configure_settings(
        {"provider_concurrency": 1, "slot_max_in_flight": 10}, by=Actor(name="test")
    )
    world.provider.seconds = 13
    answers = [asyncio.create_task(sent(world, bytes([n]))) for n in range(5)]
    for _ in range(10):
        await asyncio.sleep(5)
        await world.use.renew_leases()
    results = await asyncio.gather(*answers, return_exceptions=True)
    assert starts(world.provider) == [0, 13, 26]
    assert [type(result) for result in results[3:]] == [SyncTimeout, SyncTimeout]


async def test_a_fallback_that_is_none_is_refused(world: MemoryWorld) -> None:
    with pytest.raises(ValidationFailed) as caught:
        await set_slot(world, fallback=FALLBACK)
    assert str(caught.value).startswith("fallback.provider: not_one_of")
    assert (await world.slots.get(SLOT)).fallback is None


async def test_whose_turn_comes_too_late_at_the_fallback_is_told_of_the_first(
    world: MemoryWorld, other: ScriptedProvider
) -> None:
    await world.use.configure_settings({"provider_concurrency": 1}, by=Actor(name="test"))
    await set_slot(world, provider="other", dedupe_seconds=0)
    other.seconds = 20.3
    blocking = asyncio.create_task(sent(world, b"before"))
    await asyncio.sleep(1)
    await set_slot(world, provider="gemini", fallback=FALLBACK, sync_response_seconds=20)
    world.provider.error = ProviderRefused("no")
    request = asyncio.create_task(sent(world))
    for _ in range(8):
        await asyncio.sleep(5)
        await world.use.renew_leases()
    with pytest.raises(ProviderRefused):
        await request
    await blocking
