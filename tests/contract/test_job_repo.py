"""What every `JobRepoPort` promises."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from photochanger_core.domain.errors import FailureReason, JobNotFound, QueueBusy
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import JobSource
from photochanger_core.ports.job_repo import JobRepoPort, Limits

from .samples import LEASE, NOON, PLENTY, TICK, done, finished, job, job_id, running

OTHER_SLOT = SlotId("slot-002")


async def test_gives_back_what_was_admitted(jobs: JobRepoPort) -> None:
    await jobs.admit(job(), PLENTY)

    assert await jobs.get(job_id(1)) == job()


async def test_what_is_given_to_it_can_be_changed_afterwards(jobs: JobRepoPort) -> None:
    metadata = {"name": "guest"}
    await jobs.admit(job(metadata=metadata), PLENTY)
    metadata["name"] = "somebody else"

    assert (await jobs.get(job_id(1))).metadata == {"name": "guest"}


async def test_microseconds_and_moments_of_other_zones_are_kept(jobs: JobRepoPort) -> None:
    odd = job(source=JobSource.UI_TEST, started_at=NOON + TICK, lease_until=NOON + 7 * TICK)
    await jobs.admit(odd, PLENTY)

    stored = await jobs.get(job_id(1))
    assert stored == odd
    assert stored.started_at.utcoffset() == timedelta(0)


async def test_text_that_cannot_be_stored_is_replaced(jobs: JobRepoPort) -> None:
    await jobs.admit(job(metadata={"na\0me": "a\0b", "x": "\ud83d \ude00"}), PLENTY)

    assert (await jobs.get(job_id(1))).metadata == {"na\ufffdme": "a\ufffdb", "x": "\ufffd \ufffd"}


async def test_an_unknown_job_is_not_found(jobs: JobRepoPort) -> None:
    with pytest.raises(JobNotFound):
        await jobs.get(job_id(1))


async def test_the_limit_over_all_slots_is_the_number_in_flight(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=2, slot=2)
    await jobs.admit(job(1), limits)
    await jobs.admit(job(2, slot_id=OTHER_SLOT), limits)

    with pytest.raises(QueueBusy):
        await jobs.admit(job(3, slot_id=SlotId("slot-003")), limits)
    with pytest.raises(JobNotFound):
        await jobs.get(job_id(3))


async def test_the_limit_of_a_slot_leaves_the_others_alone(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=5, slot=1)
    await jobs.admit(job(1), limits)
    with pytest.raises(QueueBusy):
        await jobs.admit(job(2), limits)

    await jobs.admit(job(3, slot_id=OTHER_SLOT), limits)


@pytest.mark.parametrize("limits", [Limits(everywhere=0, slot=5), Limits(everywhere=5, slot=0)])
async def test_a_limit_of_none_admits_none(jobs: JobRepoPort, limits: Limits) -> None:
    with pytest.raises(QueueBusy):
        await jobs.admit(job(), limits)


async def test_a_finished_job_makes_room(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=1, slot=1)
    await jobs.admit(job(1), limits)
    await jobs.finish(job(1).failed(FailureReason.QUOTA, at=NOON))

    await jobs.admit(job(2), limits)


async def test_a_lease_counts_to_its_last_instant(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=1, slot=1)
    await jobs.admit(job(1), limits)
    with pytest.raises(QueueBusy):
        await jobs.admit(job(2, started_at=NOON + LEASE), limits)

    await jobs.admit(job(2, started_at=NOON + LEASE + TICK), limits)


async def test_a_job_starts_once(jobs: JobRepoPort) -> None:
    await jobs.admit(job(), PLENTY)

    assert await jobs.start(job().processing())
    assert not await jobs.start(job().processing())
    assert await jobs.get(job_id(1)) == job().processing()


async def test_a_job_that_ended_does_not_start(jobs: JobRepoPort) -> None:
    await jobs.admit(job(), PLENTY)
    ended = job().failed(FailureReason.JOB_CANCELLED, at=NOON)
    await jobs.finish(ended)

    assert not await jobs.start(job())
    assert await jobs.get(job_id(1)) == ended


async def test_nobody_starts_or_finishes_an_unknown_job(jobs: JobRepoPort) -> None:
    assert not await jobs.start(job())
    assert not await jobs.finish(done(job()))


@pytest.mark.parametrize(
    "reason", [FailureReason.TIMEOUT, FailureReason.JOB_CANCELLED, FailureReason.BAD_RESPONSE]
)
async def test_a_failure_is_stored(jobs: JobRepoPort, reason: FailureReason) -> None:
    await running(jobs, job())
    ended = job().processing().failed(reason, at=NOON + TICK)

    assert await jobs.finish(ended)
    assert await jobs.get(job_id(1)) == ended


async def test_a_result_is_stored(jobs: JobRepoPort) -> None:
    await running(jobs, job())

    assert await jobs.finish(done(job()))
    assert await jobs.get(job_id(1)) == done(job())


async def test_a_job_ends_once(jobs: JobRepoPort) -> None:
    await running(jobs, job())
    ended = job().processing().failed(FailureReason.INTERRUPTED, at=NOON)
    await jobs.finish(ended)

    assert not await jobs.finish(done(job()))
    assert not await jobs.finish(ended)
    assert await jobs.get(job_id(1)) == ended


async def test_the_end_of_a_job_leaves_the_rest_of_it(jobs: JobRepoPort) -> None:
    await running(jobs, job())
    await jobs.renew([job_id(1)], NOON + 2 * LEASE)
    await jobs.finish(done(job(owner="somebody else")))

    assert await jobs.get(job_id(1)) == evolve(done(job()), lease_until=NOON + 2 * LEASE)


async def test_open_jobs_are_the_unfinished_ones_oldest_first(jobs: JobRepoPort) -> None:
    await jobs.admit(job(1, started_at=NOON + TICK), PLENTY)
    await running(jobs, job(3))
    await jobs.admit(job(2), PLENTY)
    await finished(jobs, done(job(4)))
    overdue = job(5, lease_until=NOON - LEASE)
    await jobs.admit(overdue, PLENTY)

    assert list(await jobs.open_jobs()) == [
        job(2),
        job(3).processing(),
        overdue,
        job(1, started_at=NOON + TICK),
    ]


async def test_leases_of_open_jobs_are_renewed(jobs: JobRepoPort) -> None:
    for number in (1, 2):
        await jobs.admit(job(number), PLENTY)
    await finished(jobs, done(job(3)))
    await jobs.renew([job_id(2), job_id(3), job_id(4)], NOON + 2 * LEASE)

    leases = [(await jobs.get(job_id(number))).lease_until for number in (1, 2, 3)]
    assert leases == [NOON + LEASE, NOON + 2 * LEASE, NOON + LEASE]


async def test_renewing_none_renews_none(jobs: JobRepoPort) -> None:
    await jobs.admit(job(), PLENTY)
    await jobs.renew(frozenset(), NOON + 2 * LEASE)

    assert await jobs.get(job_id(1)) == job()
