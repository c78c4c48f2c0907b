"""Administrators are shown all that is known of a job."""

from __future__ import annotations

from datetime import timedelta

import pytest

from photochanger_core.domain.errors import JobNotFound
from tests.contract.samples import NOON, TICK, TTL, admitted, attempt, done, finished, job, job_id
from tests.ingesting import FIRST, WINDOW, ingest, only_job
from tests.memory_world import MemoryWorld


async def test_a_job_is_shown_with_its_attempts_past_its_time_too(world: MemoryWorld) -> None:
    ended = done(job(1).tried(attempt(1)).tried(attempt(2)))
    await finished(world.jobs, ended)
    world.clock.stepped = TTL + TICK
    view = await world.use.inspect_job(job_id(1))

    assert view.job.attempts == ended.attempts
    assert view.at == world.clock.now()


async def test_its_picture_can_be_had_as_long_as_it_is_kept(world: MemoryWorld) -> None:
    await admitted(world.jobs, job(2))
    await finished(world.jobs, done(job(1), world.clock.now() + TTL))

    assert not (await world.use.inspect_job(job_id(2))).has_picture
    assert (await world.use.inspect_job(job_id(1))).has_picture
    world.clock.stepped = TTL + TICK
    assert not (await world.use.inspect_job(job_id(1))).has_picture


@pytest.mark.parametrize("text", ["", "../..", job_id(2)])
async def test_there_are_no_other_jobs(world: MemoryWorld, text: str) -> None:
    await admitted(world.jobs, job(1, started_at=NOON))
    with pytest.raises(JobNotFound):
        await world.use.inspect_job(text)


async def test_a_job_knows_when_its_window_began(world: MemoryWorld) -> None:
    began = world.clock.now()
    await ingest(world)
    one = await only_job(world)

    assert (one.job_id, one.arrived_at) == (FIRST, began)
    assert one.arrived_at == one.sync_deadline - timedelta(seconds=WINDOW)
