"""What every `JobRepoPort` promises about limits, when admitting and when asked before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from photochanger_core.domain.errors import FailureReason, JobNotFound, QueueBusy, RateLimited
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.ports.job_repo import JobRepoPort, Limits

from .samples import (
    DEDUPE,
    LEASE,
    NOON,
    PLENTY,
    TICK,
    admitted,
    done,
    finished,
    job,
    job_id,
    running,
    timed_out_running_on,
)

OTHER_SLOT = SlotId("slot-002")
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
ONE_A_DAY = evolve(PLENTY, daily=1)


async def refused(
    jobs: JobRepoPort,
    new: Job,
    limits: Limits,
    error: type[Exception],
    live: Collection[JobId] = (),
) -> None:
    """Nobody enters *new*, and whoever asked before was told so."""
    with pytest.raises(error):
        await jobs.check_room(new.slot_id, limits, now=new.started_at, key="new", live=live)
    with pytest.raises(error):
        await jobs.admit(new, limits, dedupe=DEDUPE, live=live)
    with pytest.raises(JobNotFound):
        await jobs.get(new.job_id)


async def enters(jobs: JobRepoPort, new: Job, limits: Limits) -> None:
    await jobs.check_room(new.slot_id, limits, now=new.started_at, key=None)
    assert (await admitted(jobs, new, limits)).job_id == new.job_id


async def test_the_limit_over_all_slots_is_the_number_in_flight(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=2, slot=2)
    await enters(jobs, job(1), limits)
    await enters(jobs, job(2, slot_id=OTHER_SLOT), limits)

    await refused(jobs, job(3, slot_id=SlotId("slot-003")), limits, QueueBusy)


async def test_the_limit_of_a_slot_leaves_the_others_alone(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=5, slot=1)
    await enters(jobs, job(1), limits)
    await refused(jobs, job(2, photo_sha256="ef" * 32), limits, QueueBusy)

    await enters(jobs, job(3, slot_id=OTHER_SLOT), limits)


@pytest.mark.parametrize("limits", [Limits(everywhere=0, slot=5), Limits(everywhere=5, slot=0)])
async def test_a_limit_of_none_admits_none(jobs: JobRepoPort, limits: Limits) -> None:
    await refused(jobs, job(), limits, QueueBusy)


async def test_limits_hold_for_test_runs(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=1, slot=1)
    await enters(jobs, job(1, source=JobSource.UI_TEST), limits)

    await refused(jobs, job(2, source=JobSource.UI_TEST), limits, QueueBusy)


async def test_a_finished_job_makes_room_also_if_it_runs_on(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=1, slot=1)
    await enters(jobs, job(1), limits)
    await jobs.finish(job(1).failed(FailureReason.QUOTA, at=NOON))
    await enters(jobs, job(2), limits)
    await jobs.finish(timed_out_running_on(await jobs.get(job_id(2))))

    await enters(jobs, job(3), limits)


async def test_a_lease_counts_to_its_last_instant(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=1, slot=1)
    await enters(jobs, job(1), limits)
    other = job(2, photo_sha256="ef" * 32, started_at=NOON + LEASE)
    await refused(jobs, other, limits, QueueBusy)

    await enters(jobs, evolve(other, started_at=NOON + LEASE + TICK), limits)


async def test_a_job_named_as_live_counts_whatever_its_lease(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=1, slot=1)
    await enters(jobs, job(1), limits)
    other = job(2, photo_sha256="ef" * 32, started_at=NOON + LEASE + TICK)
    await refused(jobs, other, limits, QueueBusy, live=[job_id(1)])

    await jobs.check_room(other.slot_id, limits, now=other.started_at, key=None, live=[job_id(2)])
    await jobs.admit(other, limits, dedupe=None, live=[job_id(2)])


async def test_what_runs_here_counts_once(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=2, slot=2)
    await enters(jobs, job(1), limits)

    await jobs.admit(job(2), limits, dedupe=None, live=[job_id(1)])


async def test_the_day_begins_at_midnight_utc(jobs: JobRepoPort) -> None:
    await finished(jobs, done(job(1, started_at=MIDNIGHT - TICK)))
    await enters(jobs, job(2, started_at=MIDNIGHT), ONE_A_DAY)
    other = job(3, photo_sha256="ef" * 32)
    await refused(jobs, evolve(other, started_at=MIDNIGHT), ONE_A_DAY, RateLimited)
    last = MIDNIGHT + timedelta(days=1) - TICK
    await refused(jobs, evolve(other, started_at=last), ONE_A_DAY, RateLimited)

    await enters(jobs, evolve(other, started_at=last + TICK), ONE_A_DAY)


async def test_every_photo_of_the_day_counts_whatever_became_of_it(jobs: JobRepoPort) -> None:
    await finished(jobs, job(1).failed(FailureReason.QUOTA, at=NOON))
    await finished(jobs, done(job(2, slot_id=OTHER_SLOT)))
    other = job(3, photo_sha256="ef" * 32)
    await refused(jobs, other, ONE_A_DAY, RateLimited)

    await enters(jobs, other, evolve(PLENTY, daily=2))


async def test_test_runs_are_neither_counted_nor_refused_by_the_day(jobs: JobRepoPort) -> None:
    test_run = job(1, source=JobSource.UI_TEST)
    await jobs.admit(test_run, ONE_A_DAY, dedupe=DEDUPE)
    await enters(jobs, job(2), ONE_A_DAY)

    await jobs.admit(evolve(test_run, job_id=job_id(3)), ONE_A_DAY, dedupe=DEDUPE)


async def test_zero_is_any_number_a_day(jobs: JobRepoPort) -> None:
    await enters(jobs, job(1), PLENTY)
    await enters(jobs, job(2), PLENTY)


async def test_too_many_at_once_are_told_before_too_many_a_day(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=1, slot=1, daily=1)
    await enters(jobs, job(1), limits)

    await refused(jobs, job(2, photo_sha256="ef" * 32), limits, QueueBusy)


async def test_there_is_room_for_a_key_that_has_a_job(jobs: JobRepoPort) -> None:
    limits = Limits(everywhere=1, slot=1, daily=1)
    await running(jobs, job(1, idempotency_key="k"))
    await jobs.check_room(job().slot_id, limits, now=NOON, key="k")

    for slot_id, key in ((job().slot_id, "K"), (OTHER_SLOT, "k")):
        with pytest.raises(QueueBusy):
            await jobs.check_room(slot_id, limits, now=NOON, key=key)
    with pytest.raises(QueueBusy):
        await jobs.check_room(job().slot_id, limits, now=NOON, key=None)


async def test_there_is_no_room_for_a_key_whose_job_failed(jobs: JobRepoPort) -> None:
    await finished(jobs, job(1, idempotency_key="k").failed(FailureReason.QUOTA, at=NOON))

    with pytest.raises(RateLimited):
        await jobs.check_room(job().slot_id, ONE_A_DAY, now=NOON, key="k")
