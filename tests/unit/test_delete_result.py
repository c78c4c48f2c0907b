"""A guest's picture is deleted when an administrator says so."""

from __future__ import annotations

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditEntry
from photochanger_core.domain.errors import (
    ResultExpired,
    ResultNotFound,
    StorageUnavailable,
)
from photochanger_core.domain.ids import JobId, SlotId
from tests.contract.samples import admitted, job
from tests.ingesting import sent
from tests.memory_world import MemoryWorld

SERG = Actor(name="serg")


def noted_of(world: MemoryWorld) -> list[AuditEntry]:
    return [entry for entry in world.audit.entries if entry.actor == SERG]


async def gone(world: MemoryWorld, job_id: JobId) -> None:
    with pytest.raises(ResultExpired):
        await world.use.read_result(job_id)
    with pytest.raises(ResultExpired):
        await world.use.read_preview(job_id)


async def test_a_picture_is_deleted_everywhere(world: MemoryWorld) -> None:
    made = (await sent(world)).job
    receipt = await world.use.delete_result(made.job_id, by=SERG)

    assert (receipt.job.job_id, receipt.at) == (made.job_id, world.clock.now())
    await gone(world, made.job_id)
    assert [one async for one in world.media.kept_before(world.clock.now())] == []
    assert (await world.jobs.get(made.job_id)).metadata == {}
    with pytest.raises(ResultExpired):
        await world.use.delete_result(made.job_id, by=SERG)
    assert len(noted_of(world)) == 1


async def test_a_job_without_a_picture_has_none_to_delete(world: MemoryWorld) -> None:
    await admitted(world.jobs, job())
    with pytest.raises(ResultNotFound):
        await world.use.delete_result(job().job_id, by=SERG)
    assert noted_of(world) == []


async def test_what_could_not_be_deleted_can_be_deleted_again(world: MemoryWorld) -> None:
    made = (await sent(world)).job
    world.media.failing = StorageUnavailable()
    with pytest.raises(StorageUnavailable):
        await world.use.delete_result(made.job_id, by=SERG)
    assert noted_of(world) == []

    world.media.failing = None
    await world.media.discard(SlotId(made.slot_id), made.job_id)
    await world.use.delete_result(made.job_id, by=SERG)
    await gone(world, made.job_id)
