"""Somebody watches the service: often, from several places, and without being felt."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from attrs import define, field

from photochanger_adapters.memory.backup_mark import MemoryBackupMark
from photochanger_adapters.memory.stats import MemoryStatsRepo
from photochanger_core.assembly import UseCases
from photochanger_core.domain.cleanup import CleanupRun, Leftover
from photochanger_core.domain.errors import QueueUnavailable, StorageUnavailable
from photochanger_core.domain.events import CleanedUp
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.service_state import JobStage, Strain
from photochanger_core.domain.stats import Totals
from photochanger_core.ports.health import HealthPort
from photochanger_core.ports.load import LoadPort
from photochanger_core.use_cases.check_health import HealthStatus
from photochanger_core.use_cases.tell_health import FRESH_SECONDS
from tests.ingesting import SLOT, ingest
from tests.memory_world import MemoryWorld


@define
class Part(HealthPort):
    """A part that counts who looks at it."""

    error: Exception | None = None
    seconds: float = 0.0
    looks: int = field(default=0, init=False)

    @property
    def name(self) -> str:
        return "database"

    async def check(self) -> None:
        self.looks += 1
        await asyncio.sleep(self.seconds)
        if self.error is not None:
            raise self.error


class AwayStats(MemoryStatsRepo):
    """Statistics of a database that is away."""

    async def totals(self) -> Totals:
        raise QueueUnavailable


class AwayBackupMark(MemoryBackupMark):
    """The mark on a disk that is away."""

    async def read(self) -> datetime | None:
        raise StorageUnavailable("away")


@define
class Load(LoadPort):
    """As busy as it is told."""

    seconds: float

    def now(self) -> dict[Strain, float]:
        return {Strain.LOOP_LAG_SECONDS: self.seconds}


def over(world: MemoryWorld, *parts: HealthPort, **ports: Any) -> UseCases:
    return UseCases.over(world.ports(health=parts, **ports))


async def test_many_who_ask_for_health_cost_one_look(world: MemoryWorld) -> None:
    part = Part(seconds=0.5)
    use = over(world, part)
    told = await asyncio.gather(*(use.tell_health() for _ in range(50)))

    assert {health.status for health in told} == {HealthStatus.OK}
    assert part.looks == 1


async def test_health_is_looked_at_anew_after_a_moment(world: MemoryWorld) -> None:
    part = Part()
    use = over(world, part)
    assert (await use.tell_health()).status is HealthStatus.OK
    part.error = QueueUnavailable()
    assert (await use.tell_health()).status is HealthStatus.OK

    await world.clock.sleep(FRESH_SECONDS)
    assert (await use.tell_health()).status is HealthStatus.FAILED


async def test_who_leaves_does_not_end_the_look_of_others(world: MemoryWorld) -> None:
    part = Part(seconds=0.5)
    use = over(world, part)
    first = asyncio.create_task(use.tell_health())
    second = asyncio.create_task(use.tell_health())
    await asyncio.sleep(0.1)
    first.cancel()

    assert (await second).status is HealthStatus.OK
    assert part.looks == 1


async def test_the_state_is_read_and_remembered(world: MemoryWorld) -> None:
    world.provider.seconds = 20
    part = Part()
    use = over(world, part, load=[Load(0.25)])
    sending = asyncio.create_task(ingest(world))
    await world.clock.sleep(1)
    state = await use.read_state()

    assert state.parts == {"database": True}
    assert state.stored is not None
    assert state.stored.jobs == {
        JobStage.WAITING: 0,
        JobStage.PROCESSING: 1,
        JobStage.LATE: 0,
    }
    assert state.stored.places == 12
    assert state.stored.slots[SLOT].is_active
    assert state.stored.slots[SLOT].window == 48
    assert state.disk is not None
    assert state.disk.free <= state.disk.in_all
    assert state.strains == {Strain.LOOP_LAG_SECONDS: 0.25}
    await (await sending).content.close()
    assert (await use.read_state()).stored is not None
    assert part.looks == 2  # the picture took longer than anything is remembered


async def test_the_last_success_is_told(world: MemoryWorld) -> None:
    await (await ingest(world)).content.close()
    stored = (await over(world).read_state()).stored

    assert stored is not None
    assert stored.slots[SLOT].last_success_at == world.clock.now()


async def test_the_last_backup_is_told(world: MemoryWorld) -> None:
    assert (await over(world).read_state()).last_backup is None
    await world.backup_mark.write(world.clock.now())

    assert (await over(world).read_state()).last_backup == world.clock.now()


async def test_what_cannot_be_read_is_left_out(world: MemoryWorld) -> None:
    world.disk.failing = StorageUnavailable("away")
    stats = AwayStats(world.jobs, world.media_rows)
    ports = {"stats": stats, "backup_mark": AwayBackupMark(world.clock.now())}
    state = await over(world, Part(error=QueueUnavailable()), **ports).read_state()

    assert state.parts == {"database": False}
    assert (state.stored, state.disk, state.last_backup) == (None, None, None)


async def test_cleanings_up_are_told_of_once_whoever_did_them(world: MemoryWorld) -> None:
    use, now = world.use, world.clock.now()
    await world.cleanup_runs.note(CleanupRun(started_at=now, finished_at=now))
    await use.hear_of_cleanups()
    assert world.events.events == []

    at = now + timedelta(minutes=15)
    removed = {Leftover.EXPIRED_RESULTS: 3}
    await world.cleanup_runs.note(
        CleanupRun(started_at=at, finished_at=at + timedelta(seconds=2), removed=removed)
    )
    await world.cleanup_runs.note(
        CleanupRun(started_at=at, finished_at=at + timedelta(seconds=1), slot_id=SlotId("slot-002"))
    )
    for _ in range(2):
        await use.hear_of_cleanups()
    assert world.events.events == [
        CleanedUp(slot_id=SlotId("slot-002"), seconds=1, removed={}, bytes_freed=0, failed=0),
        CleanedUp(slot_id=None, seconds=2, removed=removed, bytes_freed=0, failed=0),
    ]
