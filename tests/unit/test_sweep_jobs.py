from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.errors import FailureReason, StorageUnavailable
from photochanger_core.domain.events import JobSwept
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job
from photochanger_core.domain.picture import MediaType
from photochanger_core.use_cases.renew_leases import LEASE, RENEW_EVERY
from photochanger_core.use_cases.sweep_jobs import SWEEP_EVERY
from tests.cleaning import cleaned
from tests.contract.samples import TTL, job, result, timed_out_running_on
from tests.contract.samples import admitted as admit
from tests.memory_world import OWNER, MemoryWorld

LEASED = LEASE.total_seconds()
OTHER = "booth.example:8001"
PICTURE = BytesBlob(b"\xff\xd8\xff", MediaType.JPEG)


async def admitted(world: MemoryWorld, number: int = 1, *, owner: str = OWNER) -> JobId:
    """Remember an open job that nobody runs, and a picture of it."""
    now = world.clock.now()
    open_job = job(number, owner=owner, started_at=now, lease_until=now + LEASE)
    await admit(world.jobs, open_job)
    await world.media.keep(open_job.slot_id, open_job.job_id, PICTURE)
    return open_job.job_id


async def is_open(world: MemoryWorld, job_id: JobId) -> bool:
    stored = await world.jobs.get(job_id)
    assert stored.is_open or stored.failure_reason is FailureReason.INTERRUPTED
    return stored.is_open


async def kept(world: MemoryWorld) -> set[JobId]:
    ever = world.clock.now() + TTL
    return {job_id async for _, job_id in world.media.kept_before(ever)}


async def sweep_for(world: MemoryWorld, seconds: float) -> None:
    """Sweep as often as the server does."""
    for _ in range(int(seconds // SWEEP_EVERY)):
        await asyncio.sleep(SWEEP_EVERY)
        await world.use.sweep_jobs()


def run_for_ever(world: MemoryWorld, job_id: JobId) -> None:
    async def work() -> Job:
        await asyncio.Event().wait()
        raise AssertionError

    world.runs.begin(job_id, work)


async def test_a_job_that_nobody_runs_is_closed_with_all_it_has(world: MemoryWorld) -> None:
    job_id = await admitted(world)
    await sweep_for(world, 40)
    assert not await is_open(world, job_id)
    assert await kept(world) == set()
    assert world.events.events == [JobSwept(job_id=job_id, slot_id=job().slot_id)]


async def test_a_job_of_this_server_that_does_not_run_here_is_closed_at_once(
    world: MemoryWorld,
) -> None:
    job_id = await admitted(world)
    await world.use.sweep_jobs()
    assert not await is_open(world, job_id)


async def test_another_servers_job_is_left_alone_as_long_as_it_is_leased(
    world: MemoryWorld,
) -> None:
    job_id = await admitted(world, owner=OTHER)
    await world.use.sweep_jobs()
    await asyncio.sleep(LEASED - 0.001)
    await world.use.sweep_jobs()
    assert await is_open(world, job_id)
    assert await kept(world) == {job_id}


@pytest.mark.parametrize("owner", [OWNER, OTHER])
async def test_a_job_that_runs_here_is_never_closed(world: MemoryWorld, owner: str) -> None:
    job_id = await admitted(world, owner=owner)
    run_for_ever(world, job_id)
    await sweep_for(world, 600)
    await cleaned(world.use.sweep_jobs.now)
    assert await is_open(world, job_id)


async def test_another_servers_job_is_watched_for_a_lease_before_it_is_closed(
    world: MemoryWorld,
) -> None:
    job_id = await admitted(world, owner=OTHER)
    await asyncio.sleep(LEASED + 100)
    await world.use.sweep_jobs()
    await asyncio.sleep(LEASED - 0.001)
    await world.use.sweep_jobs()
    assert await is_open(world, job_id)
    await asyncio.sleep(0.001)
    await world.use.sweep_jobs()
    assert not await is_open(world, job_id)


async def test_a_sign_of_life_starts_the_watch_anew(world: MemoryWorld) -> None:
    job_id = await admitted(world, owner=OTHER)
    await asyncio.sleep(LEASED + 1)
    await world.use.sweep_jobs()
    await asyncio.sleep(LEASED - 1)
    await world.jobs.renew([job_id], world.clock.now() - timedelta(seconds=1))
    await world.use.sweep_jobs()
    await asyncio.sleep(LEASED - 1)
    await world.use.sweep_jobs()
    assert await is_open(world, job_id)
    await asyncio.sleep(1)
    await world.use.sweep_jobs()
    assert not await is_open(world, job_id)


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_step_of_the_wall_clock_closes_nothing_that_lives(
    world: MemoryWorld, hours: int
) -> None:
    there, here = await admitted(world, 1, owner=OTHER), await admitted(world, 2)
    run_for_ever(world, here)
    world.clock.stepped = timedelta(hours=hours)
    for _ in range(100):
        await world.use.sweep_jobs()
        await asyncio.sleep(RENEW_EVERY)
        await world.jobs.renew([there], world.clock.now() + LEASE)
    assert await is_open(world, there)
    assert await is_open(world, here)


@pytest.mark.parametrize("hours", [-1, 1])
@pytest.mark.parametrize("owner", [OWNER, OTHER])
async def test_a_step_of_the_wall_clock_keeps_nothing_dead_alive(
    world: MemoryWorld, owner: str, hours: int
) -> None:
    job_id = await admitted(world, owner=owner)
    world.clock.stepped = timedelta(hours=hours)
    await sweep_for(world, 50)
    assert not await is_open(world, job_id)


async def test_a_start_closes_what_an_earlier_life_left_and_nothing_else(
    world: MemoryWorld,
) -> None:
    mine, theirs = await admitted(world, 1), await admitted(world, 2, owner=OTHER)
    await world.use.sweep_jobs.at_start()
    assert not await is_open(world, mine)
    assert await is_open(world, theirs)
    assert await kept(world) == {theirs}
    assert world.events.events == [JobSwept(job_id=mine, slot_id=job().slot_id)]


async def test_a_single_sweep_closes_what_looks_abandoned(world: MemoryWorld) -> None:
    old = [await admitted(world, n, owner=owner) for n, owner in enumerate([OWNER, OTHER])]
    await asyncio.sleep(LEASED + 0.001)
    young = await admitted(world, 3, owner=OTHER)
    await cleaned(world.use.sweep_jobs.now)
    assert [await is_open(world, job_id) for job_id in [*old, young]] == [False, False, True]


async def test_what_was_closed_in_between_is_left_as_it_is(world: MemoryWorld) -> None:
    job_id = await admitted(world)
    closing = type(world.jobs).running

    class Closing(type(world.jobs)):  # type: ignore[misc] # the fake's own class
        """Closes the job as soon as it has been listed."""

        async def running(self) -> Any:
            jobs = await closing(world.jobs)
            ended = job(1).failed(FailureReason.NETWORK, at=world.clock.now())
            await world.jobs.finish(ended)
            return jobs

        async def finish(self, job: Job) -> bool:
            return await world.jobs.finish(job)

    use = type(world.use).over(world.ports(jobs=Closing()))
    await use.sweep_jobs.at_start()
    assert (await world.jobs.get(job_id)).failure_reason is FailureReason.NETWORK
    assert await kept(world) == {job_id}
    assert world.events.events == []


async def test_a_disk_that_is_away_keeps_no_job_open(world: MemoryWorld) -> None:
    jobs = [await admitted(world, number) for number in range(3)]
    world.media.failing = StorageUnavailable()
    with pytest.raises(StorageUnavailable):
        await world.use.sweep_jobs.at_start()
    assert not any([await is_open(world, job_id) for job_id in jobs])
    slot = job().slot_id
    assert world.events.events == [JobSwept(job_id=job_id, slot_id=slot) for job_id in jobs]


async def test_a_late_run_that_ends_meanwhile_keeps_its_file(world: MemoryWorld) -> None:
    """What the sweep has read may be old when it acts."""
    job_id = await admitted(world)
    timed_out = timed_out_running_on((await world.jobs.get(job_id)).processing())
    assert await world.jobs.start(await world.jobs.get(job_id))
    await world.jobs.finish(timed_out)
    await world.jobs.finish(timed_out.done(result(), at=world.clock.now()))

    class Stale(type(world.jobs)):  # type: ignore[misc] # the fake's own class
        """Tells of the job as it was."""

        async def running(self) -> Any:
            return [timed_out]

        async def release(self, job: Job) -> bool:
            released: bool = await world.jobs.release(job)
            return released

    use = type(world.use).over(world.ports(jobs=Stale()))
    await use.sweep_jobs.at_start()
    assert await kept(world) == {job_id}
    assert world.events.events == []


async def test_trouble_with_one_job_spares_the_others(world: MemoryWorld) -> None:
    jobs = [await admitted(world, number) for number in range(3)]

    class Stuck(type(world.media)):  # type: ignore[misc] # the fake's own class
        """Cannot remove the files of the first job."""

        async def discard(self, slot_id: SlotId, job_id: JobId) -> None:
            if job_id == jobs[0]:
                raise StorageUnavailable
            await world.media.discard(slot_id, job_id)

    use = type(world.use).over(world.ports(media=Stuck(world.clock)))
    with pytest.raises(StorageUnavailable):
        await use.sweep_jobs.at_start()
    assert await kept(world) == {jobs[0]}
