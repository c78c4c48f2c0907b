"""Jobs are stopped by administrators, but not those that were quicker."""

from __future__ import annotations

import asyncio

import pytest
from attrs import define

from photochanger_adapters.memory.job_repo import MemoryJobRepo
from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import CoreError, JobCancelled, SyncTimeout
from photochanger_core.domain.job import Job, JobStatus
from tests.ingesting import CHANGED, FIRST, WINDOW, content, ingest, only_job, set_slot
from tests.memory_world import MemoryWorld

SERG = Actor(name="serg")


@define
class SlowToCancel(MemoryJobRepo):
    """Jobs that have some seconds left when somebody cancels them."""

    seconds: float = 10

    async def finish(self, job: Job) -> bool:
        if job.status is JobStatus.CANCELLED:
            await asyncio.sleep(self.seconds)
        return await super().finish(job)

    async def release(self, job: Job) -> bool:
        await asyncio.sleep(self.seconds)
        return await super().release(job)


async def test_a_job_that_runs_is_stopped_and_that_is_noted(world: MemoryWorld) -> None:
    world.provider.seconds = 30
    answer = asyncio.create_task(ingest(world))
    await asyncio.sleep(1)
    job = await world.use.cancel_job(FIRST, by=SERG)

    assert job.status is JobStatus.CANCELLED
    with pytest.raises(JobCancelled):
        await answer
    entry = world.audit.entries[-1]
    assert (entry.action, entry.subject, entry.actor) == (AuditAction.JOB_CANCELLED, FIRST, SERG)
    assert entry.details == {"slot_id": "slot-001"}


async def test_a_job_that_was_quicker_stays_done_and_nothing_is_noted(world: MemoryWorld) -> None:
    world.jobs = SlowToCancel()
    world.provider.seconds = 5
    answer = asyncio.create_task(ingest(world))
    await asyncio.sleep(1)
    job = await world.use.cancel_job(FIRST, by=SERG)

    assert job.status is JobStatus.DONE
    assert job == await only_job(world)
    assert await content(await answer) == CHANGED
    assert not was_noted(world)


async def test_a_late_answer_that_was_quicker_stays_kept(world: MemoryWorld) -> None:
    world.jobs = SlowToCancel()
    await set_slot(world, late_result="keep")
    world.provider.seconds = WINDOW + 5
    with pytest.raises(SyncTimeout):
        await ingest(world)
    job = await world.use.cancel_job(FIRST, by=SERG)

    assert (job.status, job.is_late) == (JobStatus.DONE, True)
    assert not was_noted(world)


async def test_a_job_that_timed_out_meanwhile_does_not_run_on(world: MemoryWorld) -> None:
    world.jobs = SlowToCancel(seconds=2)
    await set_slot(world, late_result="keep")
    world.provider.seconds = WINDOW + 20
    answer = asyncio.create_task(ingest(world))
    await asyncio.sleep(WINDOW - 1)
    job = await world.use.cancel_job(FIRST, by=SERG)

    assert (job.status, job.is_running) == (JobStatus.TIMEOUT, False)
    assert was_noted(world)
    with pytest.raises(CoreError):
        await answer


def was_noted(world: MemoryWorld) -> bool:
    return any(entry.action is AuditAction.JOB_CANCELLED for entry in world.audit.entries)
