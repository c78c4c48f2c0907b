"""Cleaning up as a whole: what it goes through, and what is known of it afterwards."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.cleanup import LOG_LIFE, ORPHAN_AGE, CleanupRun, Leftover
from photochanger_core.domain.errors import FailureReason, StorageUnavailable
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.media import MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.stray_files import Stray
from tests.cleaning import cleaned, removed
from tests.contract.samples import NOON, TICK, TTL, admitted, attempt, done, job, job_id, media
from tests.memory_world import MemoryWorld

SERG = Actor(name="serg")
PICTURE = BytesBlob(bytes(123_456), MediaType.PNG)
STRAY = Stray("results/slot-001/.half", 4)
EVERYTHING = {
    Leftover.EXPIRED_RESULTS: 1,
    Leftover.LOST_RESULTS: 1,
    Leftover.ORPHAN_RESULTS: 1,
    Leftover.EXPIRED_MEDIA: 1,
    Leftover.ORPHAN_MEDIA: 1,
    Leftover.STRAY_FILES: 1,
    Leftover.JOB_METADATA: 1,
    Leftover.PROVIDER_WORDS: 1,
    Leftover.AUDIT_ENTRIES: 1,
    Leftover.CLEANUP_RUNS: 1,
}


@pytest.fixture
async def littered(world: MemoryWorld) -> MemoryWorld:
    """A world in which one of everything is to go, and one of everything is to stay."""
    for number, life in ((1, TTL), (2, 999 * TTL), (3, 999 * TTL)):
        await admitted(world.jobs, job(number))
        if number < 3:
            await world.media.keep(job().slot_id, job_id(number), PICTURE)
        await world.jobs.finish(done(job(number), NOON + life))
    await world.media.keep(job().slot_id, job_id(9), PICTURE)
    await admitted(world.jobs, job(4))
    tried = job(4).tried(attempt(1, started_at=NOON))
    await world.jobs.finish(tried.failed(FailureReason.NETWORK, at=NOON))
    for number, use in ((1, MediaUse.UPLOAD), (2, MediaUse.TEMPLATE), (3, MediaUse.PROVIDER)):
        await world.media_objects.keep(media(number, use=use), PICTURE)
    await world.media_rows.add(media(1, use=MediaUse.UPLOAD, expires_at=NOON + ORPHAN_AGE))
    await world.media_rows.add(media(2, use=MediaUse.TEMPLATE))
    world.stray_files.found[STRAY] = NOON
    await noted(world)
    world.clock.stepped = LOG_LIFE + TICK
    await noted(world)
    return world


async def noted(world: MemoryWorld) -> None:
    now = world.clock.now()
    await world.cleanup_runs.note(CleanupRun(started_at=now, finished_at=now))
    entry = AuditEntry(at=now, actor=SERG, action=AuditAction.CLEANED_UP, subject="media")
    await world.audit.note(entry)


async def test_everything_that_is_to_go_goes_and_the_rest_stays(littered: MemoryWorld) -> None:
    done = await cleaned(littered.use.clean_up)
    assert (+done.removed, done.failed) == (EVERYTHING, 0)
    assert done.bytes_freed == 4 * PICTURE.size + STRAY.size
    assert await removed(littered.use.clean_up) == {}

    await (await littered.use.read_result(job_id(2))).content.close()
    await (await littered.media_objects.open(media(2, use=MediaUse.TEMPLATE))).close()
    assert len(littered.audit.entries) == 1


async def test_a_dry_run_tells_the_same_and_changes_nothing(littered: MemoryWorld) -> None:
    for _ in range(2):
        would = await cleaned(littered.use.clean_up, dry_run=True)
        assert (+would.removed, would.failed) == (EVERYTHING, 0)
        assert would.bytes_freed == 4 * PICTURE.size + STRAY.size
    assert len(littered.cleanup_runs.runs) == 2
    assert await removed(littered.use.clean_up) == EVERYTHING


async def test_of_one_slot_only_its_results_go(littered: MemoryWorld) -> None:
    assert await removed(littered.use.clean_up, slot_id=SlotId("slot-002")) == {}
    of_slot = await removed(littered.use.clean_up, slot_id=job().slot_id)
    assert set(of_slot) == {
        Leftover.EXPIRED_RESULTS,
        Leftover.LOST_RESULTS,
        Leftover.ORPHAN_RESULTS,
    }


@pytest.mark.parametrize("batch", [1, 2, 500])
async def test_whatever_the_batch_the_outcome_is_the_same(
    littered: MemoryWorld, batch: int
) -> None:
    assert await removed(littered.use.clean_up, batch=batch) == EVERYTHING


async def test_what_came_of_it_is_remembered(littered: MemoryWorld) -> None:
    littered.cleanup_runs.runs.clear()
    before = await littered.cleanup_runs.last_success()
    done = await cleaned(littered.use.clean_up)
    run = await littered.cleanup_runs.last_success()

    assert (before, run is None) == (None, False)
    assert run == CleanupRun(
        started_at=littered.clock.now(),
        finished_at=littered.clock.now(),
        removed=+done.removed,
        bytes_freed=done.bytes_freed,
    )


async def test_a_run_that_could_not_remove_everything_is_no_success(littered: MemoryWorld) -> None:
    littered.cleanup_runs.runs.clear()
    littered.media.failing = StorageUnavailable("in use")
    done = await cleaned(littered.use.clean_up)

    assert done.failed > 0
    assert f"slot-001/{job_id(1)}: in use" in done.reasons
    assert await littered.cleanup_runs.last_success() is None
    assert [run.failed for run in littered.cleanup_runs.runs] == [done.failed]
    littered.media.failing = None
    await cleaned(littered.use.clean_up)
    assert await littered.cleanup_runs.last_success() is not None


async def test_only_one_cleans_up_at_a_time(littered: MemoryWorld) -> None:
    async with littered.cleanup_runs.alone():
        assert await removed(littered.use.clean_up) == {}
    assert await removed(littered.use.clean_up) == EVERYTHING


async def test_who_watches_is_told_how_far_it_is(littered: MemoryWorld) -> None:
    told: list[tuple[Leftover, int, int | None]] = []
    await cleaned(littered.use.clean_up, watcher=lambda *one: told.append(one))

    assert told[0] == (Leftover.EXPIRED_RESULTS, 1, 1)
    assert (Leftover.LOST_RESULTS, 2, 2) in told
    assert (Leftover.AUDIT_ENTRIES, 1, 1) in told


async def test_what_a_closed_job_has_left_a_server_removes_within_the_hour(
    world: MemoryWorld,
) -> None:
    """The file of somebody who was killed between closing a job and clearing away."""
    for number in (1, 2, 3):
        await admitted(world.jobs, job(number))
        await world.media.keep(job().slot_id, job_id(number), PICTURE)
    await world.jobs.finish(job(1).failed(FailureReason.TIMEOUT, at=NOON))
    await world.jobs.finish(done(job(2)))
    world.clock.stepped = timedelta(minutes=1)
    await world.use.clear_leftovers()

    ever = NOON + 1000 * TTL
    assert {one async for _, one in world.media.kept_before(ever)} == {job_id(2), job_id(3)}


async def test_leftovers_that_cannot_be_removed_are_tried_again(world: MemoryWorld) -> None:
    await admitted(world.jobs, job())
    await world.media.keep(job().slot_id, job_id(1), PICTURE)
    await world.jobs.finish(job().failed(FailureReason.TIMEOUT, at=NOON))
    world.media.failing = StorageUnavailable("in use")
    with pytest.raises(StorageUnavailable):
        await world.use.clear_leftovers()

    world.media.failing = None
    await world.use.clear_leftovers()
    assert [one async for one in world.media.kept_before(NOON + 1000 * TTL)] == []


async def test_who_is_interrupted_is_out_and_the_next_one_goes_on(littered: MemoryWorld) -> None:
    class Hanging(type(littered.media)):  # type: ignore[misc] # the fake's own class
        """A store that never comes to an end with removing."""

        async def discard(self, slot_id: SlotId, job_id: JobId) -> int:
            await littered.media.discard(slot_id, job_id)
            await asyncio.Event().wait()
            return 0

    use = UseCases.over(littered.ports(media=Hanging(littered.clock)))
    cleaning = asyncio.create_task(cleaned(use.clean_up))
    await asyncio.sleep(1)
    cleaning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cleaning

    assert len(littered.cleanup_runs.runs) == 2
    assert await removed(littered.use.clean_up) == EVERYTHING
