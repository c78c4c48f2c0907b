"""A picture in hand whatever the provider does, and answers that come late."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from photochanger_adapters.memory.images import MemoryImages
from photochanger_adapters.memory.provider import Step
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    InvalidRequest,
    JobCancelled,
    ProviderNoPicture,
    ProviderRefused,
    ResultNotFound,
    StorageFull,
    SyncTimeout,
)
from photochanger_core.domain.events import JobFinished
from photochanger_core.domain.job import JobStatus
from photochanger_core.ports.images import Drawn
from tests.ingesting import (
    CHANGED,
    FIRST,
    FORM,
    PHOTO,
    WINDOW,
    content,
    ingest,
    only_job,
    sent,
    set_slot,
    told,
)
from tests.memory_world import MemoryWorld
from tests.uploads import PASSWORD_FIELD, photo


async def test_a_guest_gets_the_own_photo_when_the_provider_fails(world: MemoryWorld) -> None:
    await set_slot(world, on_failure="original")
    world.provider.error = ProviderRefused("SAFETY")
    answer = await ingest(world, (PASSWORD_FIELD, photo(PHOTO + b"untidy")))
    assert await content(answer) == PHOTO
    assert answer.degraded is FailureReason.REFUSED
    job = await only_job(world)
    assert (job.status, job.result, job.is_degraded) == (JobStatus.FAILED, None, True)
    (finished,) = told(world, JobFinished)
    assert isinstance(finished, JobFinished)
    assert finished.is_degraded
    with pytest.raises(ResultNotFound):
        await world.use.read_result(FIRST)
    assert world.media.handles == 0


@pytest.mark.parametrize("late", ["drop", "keep"])
async def test_a_guest_gets_the_own_photo_in_time(world: MemoryWorld, late: str) -> None:
    await set_slot(world, on_failure="original", late_result=late)
    world.provider.seconds = 1000
    answers = await asyncio.gather(ingest(world), ingest(world))
    assert WINDOW <= world.clock.monotonic() <= WINDOW + 0.2
    for answer in answers:
        assert await content(answer) == PHOTO
        assert answer.degraded is FailureReason.TIMEOUT
    await asyncio.sleep(1000)
    job = await only_job(world)
    assert (job.status, job.is_degraded, job.is_running) == (JobStatus.TIMEOUT, True, False)
    assert world.media.handles == 0


async def test_a_full_disk_is_no_reason_to_go_empty_handed(world: MemoryWorld) -> None:
    await set_slot(world, on_failure="original")
    world.provider.seconds = 5
    answer = asyncio.create_task(ingest(world))
    await asyncio.sleep(1)
    world.media.failing = StorageFull()
    degraded = await answer
    assert degraded.degraded is FailureReason.STORAGE_FULL
    assert await content(degraded) == PHOTO


async def test_what_is_no_photo_is_not_given_back(world: MemoryWorld) -> None:
    await set_slot(world, on_failure="original")
    with pytest.raises(InvalidRequest):
        await ingest(world, (PASSWORD_FIELD, photo(PHOTO + b"broken")))
    assert not (await only_job(world)).is_degraded


async def test_whose_job_is_cancelled_gets_no_photo(world: MemoryWorld) -> None:
    await set_slot(world, on_failure="original")
    world.provider.seconds = 5
    answers = [asyncio.create_task(ingest(world)) for _ in range(2)]
    await asyncio.sleep(1)
    assert (await world.use.cancel_job(FIRST, by=Actor(name="test"))).status is JobStatus.CANCELLED
    for answer in answers:
        with pytest.raises(JobCancelled):
            await answer
    assert world.clock.monotonic() == 1
    assert world.media.handles == 0


async def test_a_degraded_answer_is_not_replayed(world: MemoryWorld) -> None:
    await set_slot(world, on_failure="original")
    world.provider.script.append(Step(0, ProviderRefused("SAFETY")))
    assert (await sent(world)).degraded
    assert (await sent(world)).degraded is None


async def test_a_late_answer_is_dropped_unless_it_is_wanted(world: MemoryWorld) -> None:
    world.provider.seconds = WINDOW + 5
    with pytest.raises(SyncTimeout):
        await ingest(world)
    await asyncio.sleep(100)
    assert (await only_job(world)).status is JobStatus.TIMEOUT


async def test_a_late_answer_that_is_wanted_makes_the_job_done(world: MemoryWorld) -> None:
    await set_slot(world, late_result="keep")
    world.provider.seconds = WINDOW + 5
    with pytest.raises(SyncTimeout) as caught:
        await ingest(world)
    assert caught.value.details["job_id"] == FIRST
    waiting = await only_job(world)
    assert (waiting.status, waiting.is_running) == (JobStatus.TIMEOUT, True)
    await asyncio.sleep(6)
    job = await only_job(world)
    assert (job.status, job.is_late, job.is_running) == (JobStatus.DONE, True, False)
    stored = await world.use.read_result(FIRST)
    await stored.content.close()
    statuses = [
        event.status for event in told(world, JobFinished) if isinstance(event, JobFinished)
    ]
    assert statuses == [JobStatus.TIMEOUT, JobStatus.DONE]


async def test_a_second_press_joins_the_late_run(world: MemoryWorld) -> None:
    await set_slot(world, late_result="keep")
    world.provider.seconds = WINDOW + 20
    with pytest.raises(SyncTimeout):
        await ingest(world, FORM)
    again = await ingest(world, FORM)
    assert await content(again) == CHANGED
    assert (again.job.job_id, len(world.provider.calls)) == (FIRST, 1)


async def test_a_late_run_frees_its_place_but_keeps_its_turn(world: MemoryWorld) -> None:
    limits = {"max_in_flight_jobs": 1, "provider_concurrency": 1, "sync_response_seconds": 20}
    await world.use.configure_settings(limits, by=Actor(name="test"))
    await set_slot(world, late_result="keep")
    world.provider.script.extend([Step(25), Step(1)])
    with pytest.raises(SyncTimeout):
        await sent(world)
    leases = asyncio.create_task(renewed_for(world, 30))
    second = await sent(world, b"another")
    assert second.job.status is JobStatus.DONE
    _, call = world.provider.calls
    assert call.at == pytest.approx(25, abs=0.5)
    await leases


async def renewed_for(world: MemoryWorld, seconds: int) -> None:
    for _ in range(seconds // 5):
        await world.use.renew_leases()
        await asyncio.sleep(5)


@pytest.mark.parametrize("step", [Step(WINDOW + 5, ProviderRefused("no")), Step(3 * WINDOW)])
async def test_a_late_run_that_fails_leaves_the_job_timed_out(
    world: MemoryWorld, step: Step
) -> None:
    await set_slot(world, late_result="keep")
    world.provider.script.append(step)
    with pytest.raises(SyncTimeout):
        await ingest(world)
    await asyncio.sleep(2 * WINDOW)
    job = await only_job(world)
    assert (job.status, job.is_running) == (JobStatus.TIMEOUT, False)
    assert len(await world.jobs.attempts(FIRST)) == len(world.provider.calls) == 1
    assert world.media.handles == 0


async def test_nothing_new_is_begun_after_the_deadline(world: MemoryWorld) -> None:
    await set_slot(world, late_result="keep")
    world.provider.seconds, world.provider.error = 20, ProviderNoPicture("x")
    with pytest.raises(CoreError):
        await ingest(world)
    await asyncio.sleep(100)
    assert all(call.at < WINDOW for call in world.provider.calls)


async def test_a_photo_nobody_has_looked_at_in_time_is_given_as_it_came(
    world: MemoryWorld,
) -> None:
    class Busy(MemoryImages):
        """Has no time for anybody."""

        async def prepare(self, photo: Blob, **_: Any) -> Drawn:
            await world.clock.sleep(1000)
            raise AssertionError

    world.use = UseCases.over(world.ports(images=Busy()))
    await set_slot(world, on_failure="original")
    answer = await ingest(world, (PASSWORD_FIELD, photo(PHOTO + b"untidy")))
    assert await content(answer) == PHOTO + b"untidy"
    assert answer.degraded is FailureReason.TIMEOUT
    job = await only_job(world)
    assert (job.status, job.is_degraded) == (JobStatus.TIMEOUT, True)
    assert world.provider.calls == []
    assert world.media.handles == 0
