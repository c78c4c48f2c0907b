"""What every `JobRepoPort` promises about one job: from its beginning to its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from photochanger_core.domain.errors import FailureReason, JobNotFound
from photochanger_core.domain.job import JobSource
from photochanger_core.ports.job_repo import JobRepoPort

from .samples import LEASE, NOON, TICK, admitted, done, finished, job, job_id, running
from .samples import timed_out_running_on as late


async def test_gives_back_what_was_admitted(jobs: JobRepoPort) -> None:
    new = job(idempotency_key="a key: 100% 'Ключ'")
    stored = await admitted(jobs, new)

    assert stored == evolve(new, ticket=stored.ticket)
    assert await jobs.get(job_id(1)) == stored


@pytest.mark.parametrize("name", [None, "x", "Az09._-" + "x" * 57])
async def test_the_name_of_its_request_stays_with_a_job(
    jobs: JobRepoPort, name: str | None
) -> None:
    begun = await running(jobs, job(correlation_id=name))
    await jobs.finish(done(begun))

    assert (await jobs.get(job_id(1))).correlation_id == name


async def test_tickets_grow(jobs: JobRepoPort) -> None:
    tickets = [(await admitted(jobs, job(n))).ticket or 0 for n in (3, 1, 2)]

    assert sorted(set(tickets)) == tickets


async def test_what_is_given_to_it_can_be_changed_afterwards(jobs: JobRepoPort) -> None:
    metadata = {"name": "guest"}
    await admitted(jobs, job(metadata=metadata))
    metadata["name"] = "somebody else"

    assert (await jobs.get(job_id(1))).metadata == {"name": "guest"}


async def test_microseconds_and_moments_of_other_zones_are_kept(jobs: JobRepoPort) -> None:
    odd = job(source=JobSource.UI_TEST, started_at=NOON + TICK, lease_until=NOON + 7 * TICK)
    ticket = (await admitted(jobs, odd)).ticket

    stored = await jobs.get(job_id(1))
    assert stored == evolve(odd, ticket=ticket)
    assert stored.started_at.utcoffset() == timedelta(0)


async def test_text_that_cannot_be_stored_is_replaced(jobs: JobRepoPort) -> None:
    new = await admitted(jobs, job(metadata={"na\0me": "a\0b", "x": "\ud83d \ude00"}))

    assert new.metadata == {"na\ufffdme": "a\ufffdb", "x": "\ufffd \ufffd"}
    assert await jobs.get(job_id(1)) == new


async def test_an_unknown_job_is_not_found(jobs: JobRepoPort) -> None:
    with pytest.raises(JobNotFound):
        await jobs.get(job_id(1))


async def test_a_job_starts_once(jobs: JobRepoPort) -> None:
    new = await admitted(jobs, job())

    assert await jobs.start(new.processing())
    assert not await jobs.start(new.processing())
    assert await jobs.get(job_id(1)) == new.processing()


async def test_a_job_that_ended_does_not_start(jobs: JobRepoPort) -> None:
    new = await admitted(jobs, job())
    ended = new.failed(FailureReason.JOB_CANCELLED, at=NOON)
    await jobs.finish(ended)

    assert not await jobs.start(new)
    assert await jobs.get(job_id(1)) == ended


async def test_nobody_moves_an_unknown_job(jobs: JobRepoPort) -> None:
    assert not await jobs.start(job())
    assert not await jobs.finish(done(job()))
    assert not await jobs.abandon(job().failed(FailureReason.JOB_CANCELLED, at=NOON))
    await jobs.release(done(job()))


@pytest.mark.parametrize(
    "reason", [FailureReason.TIMEOUT, FailureReason.JOB_CANCELLED, FailureReason.BAD_RESPONSE]
)
@pytest.mark.parametrize("is_degraded", [False, True])
async def test_a_failure_is_stored(
    jobs: JobRepoPort, reason: FailureReason, *, is_degraded: bool
) -> None:
    begun = await running(jobs, job())
    ended = begun.failed(reason, at=NOON + TICK, is_degraded=is_degraded)

    assert await jobs.finish(ended)
    assert await jobs.get(job_id(1)) == ended


async def test_a_result_is_stored(jobs: JobRepoPort) -> None:
    begun = await running(jobs, job())

    assert await jobs.finish(done(begun))
    assert await jobs.get(job_id(1)) == done(begun)


async def test_a_job_ends_once(jobs: JobRepoPort) -> None:
    begun = await running(jobs, job())
    ended = begun.failed(FailureReason.TIMEOUT, at=NOON)
    await jobs.finish(ended)

    assert not await jobs.finish(done(begun))
    assert not await jobs.finish(ended)
    assert not await jobs.finish(late(begun))
    assert await jobs.get(job_id(1)) == ended


async def test_the_end_of_a_job_leaves_the_rest_of_it(jobs: JobRepoPort) -> None:
    await running(jobs, job(idempotency_key="k"))
    await jobs.renew([job_id(1)], NOON + 2 * LEASE)
    await jobs.finish(done(job(owner="somebody else")))

    assert await jobs.get(job_id(1)) == evolve(
        done(job(idempotency_key="k")), lease_until=NOON + 2 * LEASE
    )


async def test_a_job_that_has_timed_out_may_run_on_and_become_done(jobs: JobRepoPort) -> None:
    over = late(await running(jobs, job()))
    assert await jobs.finish(over)
    assert await jobs.get(job_id(1)) == over
    assert over.is_running

    after_all = done(over, after=60)
    assert after_all.is_late
    assert await jobs.finish(after_all)
    assert await jobs.get(job_id(1)) == after_all
    assert not await jobs.finish(after_all)


async def test_a_job_that_runs_on_does_not_end_otherwise(jobs: JobRepoPort) -> None:
    begun = await running(jobs, job())
    over = late(begun)
    await jobs.finish(over)

    assert not await jobs.finish(begun.failed(FailureReason.INTERRUPTED, at=NOON))
    assert not await jobs.finish(over)
    assert await jobs.get(job_id(1)) == over


async def test_a_job_that_is_released_does_not_run_on(jobs: JobRepoPort) -> None:
    over = late(await running(jobs, job()))
    await jobs.finish(over)
    await jobs.release(over)

    assert await jobs.get(job_id(1)) == evolve(over, ticket=None)
    assert not await jobs.finish(done(over))


async def test_an_open_job_is_not_released(jobs: JobRepoPort) -> None:
    begun = await running(jobs, job())
    await jobs.release(begun)

    assert await jobs.get(job_id(1)) == begun


async def test_running_are_the_open_ones_and_those_that_run_on_oldest_first(
    jobs: JobRepoPort,
) -> None:
    youngest = await admitted(jobs, job(1, started_at=NOON + TICK))
    third = await running(jobs, job(3))
    second = await admitted(jobs, job(2))
    await finished(jobs, done(job(4)))
    overdue = await admitted(jobs, job(5, lease_until=NOON - LEASE))
    runs_on = late(await running(jobs, job(6)))
    await jobs.finish(runs_on)
    released = late(await running(jobs, job(7)))
    await jobs.finish(released)
    await jobs.release(released)

    assert list(await jobs.running()) == [second, third, overdue, runs_on, youngest]


async def test_leases_of_running_jobs_are_renewed_and_closed_ones_told(jobs: JobRepoPort) -> None:
    for number in (1, 2):
        await admitted(jobs, job(number))
    await finished(jobs, done(job(3)))
    await jobs.finish(late(await running(jobs, job(4))))
    closed = await jobs.renew([job_id(n) for n in (2, 3, 4, 9)], NOON + 2 * LEASE)

    assert list(closed) == [job_id(3)]
    leases = [(await jobs.get(job_id(n))).lease_until - NOON for n in (1, 2, 3, 4)]
    assert leases == [LEASE, 2 * LEASE, LEASE, 2 * LEASE]


async def test_renewing_none_renews_none(jobs: JobRepoPort) -> None:
    new = await admitted(jobs, job())

    assert list(await jobs.renew(frozenset(), NOON + 2 * LEASE)) == []
    assert await jobs.get(job_id(1)) == new
