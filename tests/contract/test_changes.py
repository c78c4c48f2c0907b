"""What every `ChangesPort` promises, and which changes the repositories tell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from attrs import evolve

from photochanger_adapters.followers.followers import MOST_WAITING
from photochanger_adapters.memory.changes import MemoryChanges
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_core.domain.changes import (
    Change,
    JobChanged,
    Missed,
    ResultRemoved,
    SettingsChanged,
    SlotChanged,
)
from photochanger_core.domain.errors import FailureReason, QueueBusy, VersionConflict
from photochanger_core.domain.job import Job, JobStatus
from photochanger_core.ports.changes import ChangesPort
from photochanger_core.ports.job_repo import JobRepoPort, Limits
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .following import END, end_of, told, told_until
from .samples import (
    DEDUPE,
    LEASE,
    NOON,
    PLENTY,
    admitted,
    done,
    finished,
    job,
    job_id,
    running,
    timed_out_running_on,
)

ONE = job()


@pytest.fixture
async def following(changes: ChangesPort) -> AsyncIterator[AsyncIterator[Change]]:
    with changes.follow() as stream:
        assert await told(stream) == [Missed()]
        yield stream


@pytest.fixture
def finish(real: str | None, in_memory: MemoryChanges) -> Callable[[], None]:
    """Tell that there is no more."""
    return (lambda: end_of(real)) if real else lambda: in_memory.tell(END)


def became(one: Job, *statuses: JobStatus) -> list[Change]:
    return [
        JobChanged(job_id=one.job_id, slot_id=one.slot_id, status=status) for status in statuses
    ]


async def test_a_job_is_told_of_step_by_step(
    following: AsyncIterator[Change], jobs: JobRepoPort
) -> None:
    await finished(jobs, done(ONE))

    steps = JobStatus.PENDING, JobStatus.PROCESSING, JobStatus.DONE
    assert await told(following, 3) == became(ONE, *steps)


async def test_so_is_one_that_comes_late(
    following: AsyncIterator[Change], jobs: JobRepoPort, finish: Callable[[], None]
) -> None:
    over = timed_out_running_on(await running(jobs, ONE))
    await jobs.finish(over)
    await jobs.finish(done(over, after=60))
    finish()

    steps = JobStatus.PENDING, JobStatus.PROCESSING, JobStatus.TIMEOUT, JobStatus.DONE
    assert await told_until(following, END) == became(ONE, *steps)


async def test_what_changes_no_job_is_not_told(
    following: AsyncIterator[Change],
    jobs: JobRepoPort,
    results: ResultRepoPort,
    finish: Callable[[], None],
) -> None:
    ended = await finished(jobs, done(ONE))
    await told(following, 3)

    assert not await jobs.start(ended)
    assert not await jobs.finish(ended)
    assert not await jobs.abandon(job().failed(FailureReason.JOB_CANCELLED, at=NOON))
    assert (await jobs.admit(job(2), PLENTY, dedupe=DEDUPE)).job_id == ONE.job_id
    with pytest.raises(QueueBusy):
        await admitted(jobs, job(3), Limits(everywhere=0, slot=0))
    await jobs.renew([ONE.job_id], NOON + LEASE)
    await results.mark_cleaned([job_id(9)], NOON)
    finish()

    assert await told_until(following, END) == []


async def test_changes_that_are_refused_are_not_told(
    following: AsyncIterator[Change],
    slots: SlotRepoPort,
    settings_repo: SettingsRepoPort,
    finish: Callable[[], None],
) -> None:
    slot = await slots.get(ONE.slot_id)
    with pytest.raises(VersionConflict):
        await slots.save(slot)
    with pytest.raises(VersionConflict):
        await settings_repo.change({"gallery_limit": 9}, keys={}, version=9, by="", at=NOON)
    finish()

    assert await told_until(following, END) == []


async def test_a_removed_result_is_told_of_once(
    following: AsyncIterator[Change],
    jobs: JobRepoPort,
    results: ResultRepoPort,
    finish: Callable[[], None],
) -> None:
    await finished(jobs, done(ONE))
    await told(following, 3)
    await results.mark_cleaned([ONE.job_id], NOON)
    await results.mark_cleaned([ONE.job_id], NOON + LEASE)
    finish()

    removed = ResultRemoved(job_id=ONE.job_id, slot_id=ONE.slot_id)
    assert await told_until(following, END) == [removed]


async def test_of_many_results_removed_at_once_no_more_is_told_than_that(
    following: AsyncIterator[Change],
    jobs: JobRepoPort,
    results: ResultRepoPort,
    finish: Callable[[], None],
) -> None:
    many = [done(job(number)) for number in range(1, 41)]
    for one in many:
        await finished(jobs, one)
        await told(following, 3)
    await results.mark_cleaned([one.job_id for one in many], NOON)

    assert await told(following) == [Missed()]
    finish()
    assert await told_until(following, END) == []


async def test_what_is_stored_before_missed_is_taken_is_not_told(
    changes: ChangesPort, jobs: JobRepoPort, finish: Callable[[], None]
) -> None:
    with changes.follow() as slow, changes.follow() as fast:
        assert await told(fast) == [Missed()]
        await admitted(jobs, ONE)
        finish()
        await told_until(fast, END)
        assert await told(slow) == [Missed()]
        finish()
        assert await told_until(slow, END) == []


async def test_slots_and_settings_are_told_of(
    following: AsyncIterator[Change],
    slots: SlotRepoPort,
    settings_repo: SettingsRepoPort,
    finish: Callable[[], None],
) -> None:
    slot = await slots.get(ONE.slot_id)
    await slots.save(evolve(slot, display_name="💡", version=slot.version + 1))
    values = {"gallery_limit": 9, "dedupe_seconds": 1}
    await settings_repo.seed(values, by="", at=NOON)
    await settings_repo.seed(values, by="", at=NOON)
    await settings_repo.change({"gallery_limit": 8}, keys={}, version=1, by="", at=NOON)
    finish()

    assert await told_until(following, END) == [
        SlotChanged(slot_id=slot.slot_id, version=slot.version + 1),
        SettingsChanged(),
        SettingsChanged(),
    ]


async def test_all_followers_are_told_and_none_after_leaving(
    following: AsyncIterator[Change], changes: ChangesPort, jobs: JobRepoPort
) -> None:
    with changes.follow() as early:
        assert await told(early) == [Missed()]
        await admitted(jobs, job(1))
        assert await told(early) == became(job(1), JobStatus.PENDING)
    await admitted(jobs, job(2))
    await told(following, 2)
    with changes.follow() as late:
        assert await told(late) == [Missed()]
        await admitted(jobs, job(3))
        assert await told(late) == became(job(3), JobStatus.PENDING)

    assert await told(following) == became(job(3), JobStatus.PENDING)


async def test_waiting_may_be_cancelled_at_any_moment(
    following: AsyncIterator[Change], jobs: JobRepoPort
) -> None:
    for number in range(1, 30):
        waiting = asyncio.ensure_future(anext(following))
        await admitted(jobs, job(number))
        for _ in range(number % 7):
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        found = await told(following) if waiting.cancelled() else [waiting.result()]
        assert found == became(job(number), JobStatus.PENDING)


async def test_whoever_is_slow_is_told_that_something_was_missed(
    following: AsyncIterator[Change],
    changes: ChangesPort,
    settings_repo: SettingsRepoPort,
    jobs: JobRepoPort,
) -> None:
    for version in range(MOST_WAITING + 1):
        await settings_repo.change({}, keys={}, version=version, by="", at=NOON)
    with changes.follow() as fast:
        assert await told(fast) == [Missed()]
        await admitted(jobs, ONE)
        await told_until(fast, *became(ONE, JobStatus.PENDING))

    assert await told(following) == [Missed()]
    await admitted(jobs, job(2))
    assert await told(following) == became(job(2), JobStatus.PENDING)


async def test_what_another_server_stores_is_told_too(
    following: AsyncIterator[Change], gateway: Gateway | None, jobs: JobRepoPort
) -> None:
    if gateway is None:
        await admitted(jobs, ONE)
    else:
        async with Gateway(dsn=gateway.dsn, size=1) as other:
            await admitted(type(jobs)(other), ONE)  # type: ignore[call-arg] # a repository like it

    assert await told(following) == became(ONE, JobStatus.PENDING)
