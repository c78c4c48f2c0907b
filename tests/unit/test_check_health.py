from __future__ import annotations

import asyncio

import pytest
from attrs import frozen

from photochanger_core.domain.errors import FailureReason, QueueUnavailable, StorageFull
from photochanger_core.ports.health import HealthPort
from photochanger_core.use_cases.check_health import CheckHealth
from tests.memory_world import MemoryWorld


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


async def test_everything_works(world: MemoryWorld) -> None:
    check = CheckHealth(parts=[Part("database"), Part("media")], clock=world.clock)
    health = await check()
    assert health.parts == {"database": None, "media": None}
    assert health.is_good


async def test_every_part_that_does_not_is_named(world: MemoryWorld) -> None:
    parts = [Part("database", 0, QueueUnavailable()), Part("ok"), Part("media", 0, StorageFull())]
    health = await CheckHealth(parts=parts, clock=world.clock)()
    assert health.parts == {
        "database": FailureReason.QUEUE_UNAVAILABLE,
        "ok": None,
        "media": FailureReason.STORAGE_FULL,
    }
    assert not health.is_good


async def test_a_part_that_hangs_counts_as_failed(world: MemoryWorld) -> None:
    check = CheckHealth(parts=[Part("a", 3600), Part("b", 3600), Part("c")], clock=world.clock)
    health = await check()
    assert health.parts == {"a": FailureReason.TIMEOUT, "b": FailureReason.TIMEOUT, "c": None}
    assert world.clock.monotonic() <= 2.0


async def test_a_bug_in_a_check_is_no_bad_health(world: MemoryWorld) -> None:
    check = CheckHealth(parts=[Part("database", 0, KeyError("a bug"))], clock=world.clock)
    with pytest.raises(KeyError):
        await check()
