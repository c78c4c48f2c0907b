from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from attrs import evolve, frozen

from photochanger_adapters.memory.provider import ScriptedProvider
from photochanger_adapters.memory.slot_repo import MemorySlotRepo
from photochanger_core.assembly import UseCases
from photochanger_core.domain.errors import (
    FailureReason,
    ProviderMisconfigured,
    ProviderServerError,
    QueueUnavailable,
    StorageFull,
)
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.health import HealthPort
from photochanger_core.ports.provider_health import Circuit
from photochanger_core.use_cases.check_health import Health, HealthStatus
from tests.ingesting import SLOT, ingest, sent, set_slot
from tests.memory_world import MemoryWorld

MODEL = "gemini-3.1-flash-image"
ROUTE = f"gemini/{MODEL}"
OTHER = SlotId("slot-002")


@frozen
class Part(HealthPort):
    """A part that takes its time, then works or not."""

    _name: str
    seconds: float = 0.0
    error: Exception | None = None

    @property
    def name(self) -> str:
        return self._name

    async def check(self) -> None:
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error


async def health_of(world: MemoryWorld, *parts: Part, **ports: object) -> Health:
    return await UseCases.over(world.ports(health=parts, **ports)).check_health()


async def test_everything_works(world: MemoryWorld) -> None:
    health = await health_of(world, Part("database"), Part("media"))
    assert health.parts == {"database": None, "media": None}
    assert health.status is HealthStatus.OK


async def test_every_part_that_does_not_is_named(world: MemoryWorld) -> None:
    parts = [Part("database", 0, QueueUnavailable()), Part("ok"), Part("media", 0, StorageFull())]
    health = await health_of(world, *parts)
    assert health.parts == {
        "database": FailureReason.QUEUE_UNAVAILABLE,
        "ok": None,
        "media": FailureReason.STORAGE_FULL,
    }
    assert health.status is HealthStatus.FAILED


async def test_a_part_that_hangs_counts_as_failed(world: MemoryWorld) -> None:
    health = await health_of(world, Part("a", 3600), Part("b", 3600), Part("c"))
    assert health.parts == {"a": FailureReason.TIMEOUT, "b": FailureReason.TIMEOUT, "c": None}
    assert world.clock.monotonic() <= 2.0


async def test_a_bug_in_a_check_is_no_bad_health(world: MemoryWorld) -> None:
    with pytest.raises(KeyError):
        await health_of(world, Part("database", 0, KeyError("a bug")))


async def test_a_provider_in_use_is_shown_with_all_there_is_to_know(world: MemoryWorld) -> None:
    world.provider.quota_left = {"foto_limit": 7}
    await sent(world)

    (provider,) = (await world.use.check_health()).providers.items()

    name, state = provider
    assert name == "gemini"
    assert state.failure is None
    assert state.circuit == Circuit(is_open=False, failures_in_a_row=0)
    assert state.quota_left == {"foto_limit": 7}


async def test_a_ping_is_about_what_the_slot_is_set_to(world: MemoryWorld) -> None:
    await world.use.check_health()

    assert world.provider.pings == [(await world.slots.get(SLOT)).settings]


async def test_a_provider_that_takes_no_orders_is_a_degradation(world: MemoryWorld) -> None:
    world.provider.ping_error = ProviderMisconfigured("no such model")

    health = await world.use.check_health()

    assert health.providers["gemini"].failure is FailureReason.MISCONFIGURED
    assert health.status is HealthStatus.DEGRADED


async def test_so_is_one_that_answers_but_has_failed_photo_after_photo(world: MemoryWorld) -> None:
    for _ in range(5):
        world.health.tried(ROUTE, 1.0, FailureReason.PROVIDER_5XX)

    health = await world.use.check_health()

    state = health.providers["gemini"]
    assert state.failure is None
    assert state.circuit == Circuit(is_open=True, failures_in_a_row=5)
    assert health.status is HealthStatus.DEGRADED


async def test_looking_at_a_circuit_takes_nobodys_try(world: MemoryWorld) -> None:
    for _ in range(5):
        world.health.tried(ROUTE, 1.0, FailureReason.PROVIDER_5XX)
    await asyncio.sleep(15)

    await world.use.check_health()

    assert not world.health.is_down(ROUTE)
    assert world.health.is_down(ROUTE)


async def test_while_a_part_fails_no_provider_is_asked_or_shown(world: MemoryWorld) -> None:
    health = await health_of(world, Part("database", 0, QueueUnavailable()))

    assert health.providers == {}
    assert world.provider.pings == []


async def test_providers_are_given_a_second_after_the_parts(world: MemoryWorld) -> None:
    world.provider.ping_seconds = 3600

    health = await health_of(world, Part("database", 0.5), Part("media", 0.4))

    assert health.providers["gemini"].failure is FailureReason.TIMEOUT
    assert health.status is HealthStatus.DEGRADED
    assert world.clock.monotonic() <= 0.9 + 1.0


async def test_only_what_active_slots_use_is_asked_and_each_model_once(world: MemoryWorld) -> None:
    idle, spare = ScriptedProvider(world.clock), ScriptedProvider(world.clock)
    providers = {"gemini": world.provider, "idle": idle, "spare": spare}
    await save(world, OTHER, is_active=True, settings={"model": "another"})
    await save(world, SlotId("slot-003"), is_active=True, settings={"model": MODEL})
    await save(world, SlotId("slot-004"), provider="idle")
    fallback = {"provider": "spare", "operation": "image_edit", "settings": {}}
    await save(world, SlotId("slot-005"), is_active=True, fallback=fallback, settings={})

    health = await health_of(world, providers=providers)

    assert list(health.providers) == ["gemini", "spare"]
    asked = [settings.get("model") for settings in world.provider.pings]
    assert asked == [MODEL, "another", None]
    assert (len(idle.pings), len(spare.pings)) == (0, 1)


async def test_the_worst_of_a_providers_models_counts(world: MemoryWorld) -> None:
    class Picky(ScriptedProvider):
        async def ping(self, settings: object, *, seconds: float, anew: bool = False) -> None:
            if settings == {"model": "gone"}:
                raise ProviderMisconfigured("no such model")

    await save(world, OTHER, is_active=True, settings={"model": "gone"})
    for _ in range(6):
        world.health.tried("gemini/gone", 1.0, FailureReason.TIMEOUT)
    world.health.tried(ROUTE, 1.0, FailureReason.TIMEOUT)

    health = await health_of(world, providers={"gemini": Picky(world.clock)})

    state = health.providers["gemini"]
    assert state.failure is FailureReason.MISCONFIGURED
    assert state.circuit == Circuit(is_open=True, failures_in_a_row=6)


async def test_a_provider_that_nobody_knows_is_a_mistake_of_the_slot(world: MemoryWorld) -> None:
    health = await health_of(world, providers={})

    assert health.providers["gemini"].failure is FailureReason.MISCONFIGURED


@pytest.mark.parametrize(
    "seconds, error, reason",
    [
        (0, QueueUnavailable("gone"), FailureReason.QUEUE_UNAVAILABLE),
        (3600, None, FailureReason.TIMEOUT),
    ],
)
async def test_slots_that_cannot_be_read_count_as_a_part_that_fails(
    world: MemoryWorld, seconds: float, error: Exception | None, reason: FailureReason
) -> None:
    class Away(MemorySlotRepo):
        async def all(self) -> Sequence[Slot]:
            await asyncio.sleep(seconds)
            raise error or AssertionError("too late")

    health = await health_of(world, Part("database"), slots=Away())

    assert health.parts == {"database": None, "slots": reason}
    assert health.status is HealthStatus.FAILED
    assert world.clock.monotonic() <= 1.0


async def test_a_photo_never_makes_anybody_ask_how_providers_are(world: MemoryWorld) -> None:
    fallback = {"provider": "gemini", "operation": "image_edit", "settings": {"model": "other"}}
    await set_slot(world, fallback=fallback)
    await (await ingest(world)).content.close()
    world.provider.error = ProviderServerError("503")
    with pytest.raises(ProviderServerError):
        await sent(world, b"another guest")

    assert len(world.provider.calls) > 1
    assert world.provider.pings == []


async def save(world: MemoryWorld, slot_id: SlotId, **changes: Any) -> None:
    slot = await world.slots.get(slot_id)
    await world.slots.save(evolve(slot, version=slot.version + 1, **changes))
