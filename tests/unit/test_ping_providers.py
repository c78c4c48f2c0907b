"""How often providers are asked how they are."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from photochanger_adapters.memory.provider import ScriptedProvider
from photochanger_core.domain.errors import (
    FailureReason,
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ProviderUnreachable,
    QueueUnavailable,
)
from photochanger_core.domain.route import Route
from photochanger_core.use_cases.ping_providers import PING_SECONDS, PingProviders
from tests.memory_world import MemoryWorld

FAST, PRO = "gemini/fast", "gemini/pro"
ROUTES = {
    name: Route(provider="gemini", operation="image_edit", settings={"model": name})
    for name in (FAST, PRO)
}
ONE = {FAST: ROUTES[FAST]}
Said = Mapping[str, FailureReason | None]


@pytest.fixture
def ping(world: MemoryWorld) -> PingProviders:
    return PingProviders(providers={"gemini": world.provider}, clock=world.clock, runs=world.runs)


async def said(ping: PingProviders, routes: Mapping[str, Route] = ONE) -> Said:
    return await ping(routes, until=ping.clock.monotonic() + 1)


async def test_all_are_asked_at_the_same_time(world: MemoryWorld, ping: PingProviders) -> None:
    world.provider.ping_seconds = 0.7

    assert await said(ping, ROUTES) == {FAST: None, PRO: None}
    assert world.clock.monotonic() == 0.7


async def test_one_that_is_silent_keeps_nobody_from_hearing_the_others(world: MemoryWorld) -> None:
    silent, quick = ScriptedProvider(world.clock, ping_seconds=3600), world.provider
    ping = PingProviders(
        providers={"silent": silent, "gemini": quick}, clock=world.clock, runs=world.runs
    )
    routes = {"silent": Route(provider="silent", operation="image_edit"), **ONE}

    assert await said(ping, routes) == {"silent": FailureReason.TIMEOUT, FAST: None}
    assert world.clock.monotonic() == 1


async def test_nobody_to_ask_takes_no_time(world: MemoryWorld, ping: PingProviders) -> None:
    assert await said(ping, {}) == {}
    assert world.clock.monotonic() == 0


async def test_one_answer_is_enough_for_all_who_ask_meanwhile(
    world: MemoryWorld, ping: PingProviders
) -> None:
    world.provider.ping_seconds = 0.5

    answers = await asyncio.gather(*(said(ping) for _ in range(20)))

    assert answers == [{FAST: None}] * 20
    assert len(world.provider.pings) == 1


async def test_who_leaves_takes_nothing_from_the_others(
    world: MemoryWorld, ping: PingProviders
) -> None:
    world.provider.ping_seconds = 0.8
    leaving = asyncio.create_task(said(ping))
    await asyncio.sleep(0.1)
    staying = asyncio.create_task(said(ping))
    await asyncio.sleep(0.1)

    leaving.cancel()

    assert await staying == {FAST: None}
    assert len(world.provider.pings) == 1


async def test_an_answer_that_is_late_for_one_is_in_time_for_the_next(
    world: MemoryWorld, ping: PingProviders
) -> None:
    world.provider.ping_seconds = 1.5

    assert await said(ping) == {FAST: FailureReason.TIMEOUT}
    assert await said(ping) == {FAST: None}
    assert len(world.provider.pings) == 1


@pytest.mark.parametrize("error", [ProviderUnreachable("refused"), ProviderBadResponse("no HTTP")])
async def test_who_gave_no_answer_is_left_alone_for_a_minute(
    world: MemoryWorld, ping: PingProviders, error: ProviderFailure
) -> None:
    world.provider.ping_error = error
    assert await said(ping) == {FAST: error.reason}
    world.provider.ping_error = None

    await asyncio.sleep(59.9)
    assert await said(ping) == {FAST: error.reason}
    assert await said(ping, ROUTES) == {FAST: error.reason, PRO: None}

    await asyncio.sleep(0.1)
    assert await said(ping) == {FAST: None}
    assert [settings["model"] for settings in world.provider.pings] == [FAST, PRO, FAST]


async def test_a_ping_that_hangs_is_given_up_and_counts_for_a_minute(
    world: MemoryWorld, ping: PingProviders
) -> None:
    world.provider.ping_seconds = 3600

    await said(ping)
    await asyncio.sleep(PING_SECONDS - 1)  # since then it has been given up
    world.provider.ping_seconds = 0
    await asyncio.sleep(59.9)
    assert await said(ping) == {FAST: FailureReason.TIMEOUT}
    assert len(world.provider.pings) == 1

    await asyncio.sleep(0.1)
    assert await said(ping) == {FAST: None}


@pytest.mark.parametrize(
    "error",
    [
        None,
        ProviderMisconfigured("the API key is not valid"),
        ProviderQuota("429"),
        ProviderServerError("503"),
        ProviderRefused("no"),
    ],
)
async def test_what_was_answered_is_the_drivers_to_remember(
    world: MemoryWorld, ping: PingProviders, error: ProviderFailure | None
) -> None:
    world.provider.ping_error = error
    reason = error and error.reason

    assert [await said(ping), await said(ping)] == [{FAST: reason}] * 2
    assert len(world.provider.pings) == 2


async def test_a_provider_that_nobody_knows_is_nobodys_to_ask(
    world: MemoryWorld, ping: PingProviders
) -> None:
    route = Route(provider="unknown", operation="image_edit")

    assert await said(ping, {"unknown": route}) == {"unknown": FailureReason.MISCONFIGURED}


async def test_a_key_that_cannot_be_read_is_told_and_not_remembered(
    world: MemoryWorld, ping: PingProviders
) -> None:
    world.provider.ping_error = QueueUnavailable("away")
    assert await said(ping) == {FAST: FailureReason.QUEUE_UNAVAILABLE}

    world.provider.ping_error = None
    assert await said(ping) == {FAST: None}
