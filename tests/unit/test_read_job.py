from __future__ import annotations

import pytest

from photochanger_core.domain.errors import JobNotFound
from tests.contract.samples import TICK, TTL, admitted, job, job_id
from tests.memory_world import MemoryWorld


async def test_a_job_is_shown_for_its_time(world: MemoryWorld) -> None:
    stored = await admitted(world.jobs, job(1))
    assert await world.use.read_job(job_id(1)) == stored
    world.clock.stepped = TTL
    assert await world.use.read_job(job_id(1)) == stored
    world.clock.stepped = TTL + TICK
    with pytest.raises(JobNotFound):
        await world.use.read_job(job_id(1))


@pytest.mark.parametrize("text", ["", "x", "../..", "00000000-0000-4000-8000-000000000002"])
async def test_there_are_no_other_jobs(world: MemoryWorld, text: str) -> None:
    await admitted(world.jobs, job(1))
    with pytest.raises(JobNotFound):
        await world.use.read_job(text)
