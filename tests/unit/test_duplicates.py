"""One paid call a photo, however often it is sent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    IdempotencyKeyReused,
    Interrupted,
    ProviderRefused,
    QueueBusy,
    StorageUnavailable,
    SyncTimeout,
)
from photochanger_core.domain.events import JobJoined, JobReplayed
from photochanger_core.domain.job import Job, JobStatus
from photochanger_core.use_cases.renew_leases import LEASE
from photochanger_core.use_cases.visit import Processed
from tests.ingesting import FIRST, WINDOW, content, ingest, sent, set_slot, told
from tests.memory_world import MemoryWorld
from tests.uploads import JPEG, PASSWORD_FIELD, photo


@pytest.mark.parametrize("key", [None, "a key"])
async def test_twenty_at_once_make_one_call_and_twenty_identical_answers(
    world: MemoryWorld, key: str | None
) -> None:
    world.provider.seconds = 5
    answers = await asyncio.gather(*(ingest(world, idempotency_key=key) for _ in range(20)))
    contents = {await content(answer) for answer in answers}
    assert len(world.provider.calls) == len(contents) == 1
    assert {answer.job.job_id for answer in answers} == {FIRST}
    assert not any(answer.is_replay for answer in answers)
    assert len(told(world, JobJoined)) == 19
    assert world.media.handles == 0


async def test_a_photo_that_was_done_is_answered_at_once(world: MemoryWorld) -> None:
    first = await sent(world)
    await asyncio.sleep(599)
    world.provider.seconds = 1000
    again = await ingest(world, (PASSWORD_FIELD, photo(JPEG + b"a guest")))
    assert (again.is_replay, again.job.job_id) == (True, first.job.job_id)
    assert await content(again) == JPEG + b"a guest~changed"
    assert len(told(world, JobReplayed)) == len(world.provider.calls) == 1


async def test_after_its_window_a_photo_runs_anew(world: MemoryWorld) -> None:
    await sent(world)
    await asyncio.sleep(600)
    assert not (await sent(world)).is_replay
    assert len(world.provider.calls) == 2


@pytest.mark.parametrize("seconds", [0, 1200])
async def test_a_slot_may_have_its_own_window(world: MemoryWorld, seconds: int) -> None:
    await set_slot(world, dedupe_seconds=seconds)
    await sent(world)
    await asyncio.sleep(1000)
    assert (await sent(world)).is_replay is (seconds > 1000)


async def test_a_changed_slot_is_asked_anew(world: MemoryWorld) -> None:
    await sent(world)
    await set_slot(world, display_name="other")
    assert not (await sent(world)).is_replay


async def test_a_key_outlives_the_window_and_the_version(world: MemoryWorld) -> None:
    first = await sent(world, idempotency_key="k")
    await set_slot(world, display_name="other")
    await asyncio.sleep(71 * 3600)
    again = await sent(world, idempotency_key="k")
    assert (again.is_replay, again.job.job_id) == (True, first.job.job_id)
    assert not (await sent(world, idempotency_key="another")).is_replay


async def test_a_key_ends_with_its_result(world: MemoryWorld) -> None:
    await sent(world, idempotency_key="k")
    world.clock.stepped += (await world.settings.read()).result_ttl
    await asyncio.sleep(1)
    assert not (await sent(world, b"somebody else", idempotency_key="k")).is_replay


async def test_a_key_does_not_go_with_another_photo(world: MemoryWorld) -> None:
    await sent(world, idempotency_key="k")
    with pytest.raises(IdempotencyKeyReused):
        await sent(world, b"somebody else", idempotency_key="k")
    assert len(world.provider.calls) == 1
    assert world.media.handles == 0


async def test_a_failure_is_not_replayed_and_its_key_is_free(world: MemoryWorld) -> None:
    world.provider.error = ProviderRefused("no")
    with pytest.raises(ProviderRefused):
        await sent(world, idempotency_key="k")
    world.provider.error = None
    assert not (await sent(world, b"somebody else", idempotency_key="k")).is_replay


async def test_whoever_joins_shares_a_failure_too(world: MemoryWorld) -> None:
    world.provider.seconds, world.provider.error = 5, ProviderRefused("no")
    answers = await asyncio.gather(sent(world), sent(world), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ProviderRefused, ProviderRefused]
    assert len(world.provider.calls) == 1
    assert world.media.handles == 0


async def test_whoever_joins_waits_for_his_own_window_only(world: MemoryWorld) -> None:
    world.provider.seconds = WINDOW - 1
    first = asyncio.create_task(sent(world))
    await asyncio.sleep(1)
    await world.use.configure_settings({"sync_response_seconds": 10}, by=Actor(name="test"))
    with pytest.raises(SyncTimeout):
        await sent(world)
    assert world.clock.monotonic() <= 11.25
    assert (await first).job.status is JobStatus.DONE


async def test_a_joined_job_takes_no_place(world: MemoryWorld) -> None:
    await world.use.configure_settings({"max_in_flight_jobs": 2}, by=Actor(name="test"))
    world.provider.seconds = 5
    answers = await asyncio.gather(*(sent(world) for _ in range(5)), sent(world, b"another"))
    assert len(answers) == 6
    assert len(world.provider.calls) == 2


async def test_at_capacity_a_known_key_still_passes(world: MemoryWorld) -> None:
    await world.use.configure_settings({"max_in_flight_jobs": 1}, by=Actor(name="test"))
    world.provider.seconds = 5
    first = asyncio.create_task(sent(world, idempotency_key="k"))
    await asyncio.sleep(1)
    with pytest.raises(QueueBusy):
        await sent(world)
    assert (await sent(world, idempotency_key="k")).job.job_id == (await first).job.job_id


async def test_a_booth_that_leaves_does_not_take_the_job_from_who_joined(
    world: MemoryWorld,
) -> None:
    world.provider.seconds = 5
    await world.use.configure_settings({"provider_concurrency": 1}, by=Actor(name="test"))
    other = asyncio.create_task(sent(world, b"before"))
    await asyncio.sleep(1)
    owner = asyncio.create_task(sent(world))
    await asyncio.sleep(1)
    joiner = asyncio.create_task(sent(world))
    await asyncio.sleep(1)
    owner.cancel()
    assert (await joiner).job.job_id != (await other).job.job_id
    assert len(world.provider.calls) == 2


async def test_a_booth_that_leaves_before_its_turn_costs_nothing(world: MemoryWorld) -> None:
    world.provider.seconds = 5
    await world.use.configure_settings({"provider_concurrency": 1}, by=Actor(name="test"))
    other = asyncio.create_task(sent(world, b"before"))
    await asyncio.sleep(1)
    leaver = asyncio.create_task(sent(world))
    await asyncio.sleep(1)
    leaver.cancel()
    await asyncio.sleep(0.01)
    assert len(await world.jobs.running()) == 1
    await other
    await asyncio.sleep(10)
    assert len(world.provider.calls) == 1
    assert world.media.handles == 0


async def test_a_file_that_is_gone_is_made_anew(world: MemoryWorld) -> None:
    first = await sent(world)
    await world.media.discard(first.job.slot_id, first.job.job_id)
    again = await sent(world)
    assert not again.is_replay
    assert again.job.job_id != first.job.job_id


async def test_a_joiner_whose_owner_dies_sends_its_own_photo(world: MemoryWorld) -> None:
    """The owner's server is gone: its tasks with it, its job stays open until somebody looks."""
    dead = MemoryWorld(
        clock=world.clock, slots=world.slots, settings=world.settings, jobs=world.jobs,
        media=world.media, passwords=world.passwords, new_job_id=world.new_job_id,
    )  # fmt: skip
    dead.provider.seconds, world.provider.seconds = 1000, 1
    owner = asyncio.create_task(sent(dead))
    await asyncio.sleep(1)
    joiner: asyncio.Task[Processed] = asyncio.create_task(sent(world))
    await asyncio.sleep(1)
    assert len(told(world, JobJoined)) == 1
    answer = await joiner
    assert answer.job.status is JobStatus.DONE
    assert LEASE.total_seconds() <= world.clock.monotonic() <= LEASE.total_seconds() + 5
    owner.cancel()
    await dead.runs.close()


async def test_a_job_that_fails_while_it_is_joined_is_told_of(world: MemoryWorld) -> None:
    """Between finding a job and reading it, it may end."""

    class Ending(type(world.jobs)):  # type: ignore[misc] # the fake's own class
        """The job found has failed when it comes back."""

        async def admit(self, job: Job, *args: Any, **more: Any) -> Job:
            found: Job = await super().admit(job, *args, **more)
            if found.job_id == job.job_id:
                return found
            await self.finish(found.failed(FailureReason.REFUSED, at=world.clock.now()))
            ended: Job = await self.get(found.job_id)
            return ended

    world.jobs = Ending()
    world.use = UseCases.over(world.ports())
    world.provider.seconds = 5
    first = asyncio.create_task(sent(world))
    await asyncio.sleep(1)
    with pytest.raises(ProviderRefused):
        await sent(world)
    with pytest.raises(ProviderRefused):
        await first
    assert world.media.handles == 0


async def test_a_disk_that_cannot_be_read_is_no_reason_to_pay_again(world: MemoryWorld) -> None:
    await sent(world)

    class Blind(type(world.media)):  # type: ignore[misc] # the fake's own class
        async def open(self, *_: object) -> Any:
            raise StorageUnavailable

    world.use = UseCases.over(world.ports(media=Blind(world.clock)))
    with pytest.raises(StorageUnavailable):
        await sent(world)
    assert len(world.provider.calls) == 1


@pytest.mark.parametrize("reason", [FailureReason.JOB_CANCELLED, FailureReason.INTERRUPTED])
async def test_whoever_closes_a_job_says_why(world: MemoryWorld, reason: FailureReason) -> None:
    world.provider.seconds = 5
    request = asyncio.create_task(sent(world))
    await asyncio.sleep(1)
    running = await world.jobs.get(FIRST)
    await world.jobs.finish(running.failed(reason, at=world.clock.now()))
    with pytest.raises(CoreError) as caught:
        await request
    assert caught.value.reason is reason
    assert world.media.handles == 0


async def test_a_joiner_in_the_same_process_sends_its_own_photo_too(world: MemoryWorld) -> None:
    world.provider.seconds = 5
    requests = [asyncio.create_task(sent(world)) for _ in range(2)]
    await asyncio.sleep(1)
    running = await world.jobs.get(FIRST)
    interrupted = running.failed(FailureReason.INTERRUPTED, at=world.clock.now())
    await world.jobs.finish(interrupted)
    with pytest.raises(Interrupted):
        await requests[0]
    assert (await requests[1]).job.status is JobStatus.DONE


async def test_a_job_that_is_just_over_is_joined_all_the_same(world: MemoryWorld) -> None:
    """Its run has let go of the photo, but is not gone yet; the job was found a moment before."""
    await set_slot(world, on_failure="original")
    world.provider.seconds = 5
    first = asyncio.create_task(sent(world))
    await asyncio.sleep(1)
    under_way = world.use.ingest_photo.process_photo._works
    work, running = under_way[FIRST], await world.jobs.get(FIRST)
    await first

    class Stale(type(world.jobs)):  # type: ignore[misc] # the fake's own class
        """Finds the job as it was."""

        async def admit(self, *_: object, **__: object) -> Job:
            return running

    world.use = UseCases.over(world.ports(jobs=Stale()))
    world.use.ingest_photo.process_photo._works[FIRST] = work
    assert (await sent(world)).job.status is JobStatus.DONE
    assert world.media.handles == 0
