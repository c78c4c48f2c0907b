from __future__ import annotations

import asyncio

import pytest

from photochanger_core.domain.errors import FailureReason, JobCancelled
from photochanger_core.domain.job import Job
from photochanger_core.use_cases.renew_leases import LEASE, RENEW_EVERY
from tests.contract.samples import admitted, job
from tests.ingesting import FIRST, sent
from tests.memory_world import MemoryWorld


async def test_leases_are_renewed_for_what_runs_here_only(world: MemoryWorld) -> None:
    async def work() -> Job:
        await asyncio.Event().wait()
        raise AssertionError

    for number in (1, 2):
        await admitted(world.jobs, job(number))
    world.runs.begin(job(1).job_id, work)
    await asyncio.sleep(RENEW_EVERY)
    await world.use.renew_leases()
    assert (await world.jobs.get(job(1).job_id)).lease_until == world.clock.now() + LEASE
    assert (await world.jobs.get(job(2).job_id)).lease_until == job(2).lease_until


def test_leases_outlive_two_renewals_that_fail() -> None:
    assert LEASE.total_seconds() >= 3 * RENEW_EVERY


async def test_a_run_whose_job_somebody_closed_is_cancelled(world: MemoryWorld) -> None:
    world.provider.seconds = 30
    request = asyncio.create_task(sent(world))
    await asyncio.sleep(1)
    running = await world.jobs.get(FIRST)
    await world.jobs.finish(running.failed(FailureReason.JOB_CANCELLED, at=world.clock.now()))
    await world.use.renew_leases()
    assert world.runs.live() == {FIRST}
    await world.use.renew_leases()
    with pytest.raises(JobCancelled):
        await request
    assert world.runs.live() == frozenset()
    assert world.media.handles == 0
