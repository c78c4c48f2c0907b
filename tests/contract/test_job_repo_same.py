"""What every `JobRepoPort` promises about the same photo, or the same key, sent again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from photochanger_core.domain.errors import FailureReason, IdempotencyKeyReused
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.ports.job_repo import JobRepoPort, Limits
from photochanger_core.ports.result_repo import ResultRepoPort

from .samples import (
    DEDUPE,
    LEASE,
    NOON,
    PLENTY,
    TICK,
    TTL,
    admitted,
    done,
    finished,
    job,
    job_id,
    running,
)
from .samples import timed_out_running_on as late

KEY_LIFE = timedelta(hours=72)
OTHER_PHOTO = "ef" * 32
NEW = job_id(9)


async def led_to(
    jobs: JobRepoPort,
    like: Job | None = None,
    *,
    dedupe: timedelta | None = DEDUPE,
    live: Collection[JobId] = (),
    **changes: Any,
) -> JobId:
    """Send the photo of *like* again, as a job of its own, and say which one it led to."""
    again = evolve(like or job(), job_id=NEW, **changes)
    found = await jobs.admit(again, PLENTY, dedupe=dedupe, live=live)
    assert await jobs.get(found.job_id) == found
    return found.job_id


def keyed(number: int = 1, **changes: Any) -> Job:
    return job(number, idempotency_key="k", **changes)


async def test_the_same_photo_joins_the_job_that_runs(jobs: JobRepoPort) -> None:
    first = await running(jobs, job())

    again = job(2, started_at=NOON + TICK, correlation_id="another")
    assert await jobs.admit(again, PLENTY, dedupe=DEDUPE) == first
    assert list(await jobs.running()) == [first]


async def test_limits_do_not_refuse_those_already_there(jobs: JobRepoPort) -> None:
    for one in (job(1), keyed(2, slot_id=SlotId("slot-002"))):
        await running(jobs, one)
        none = Limits(everywhere=0, slot=0, daily=1)
        again = evolve(one, job_id=NEW)
        assert (await jobs.admit(again, none, dedupe=DEDUPE)).job_id == one.job_id


async def test_a_finished_job_is_found_with_its_result(jobs: JobRepoPort) -> None:
    ended = await finished(jobs, done(job()))

    assert await jobs.admit(job(2, started_at=NOON + LEASE), PLENTY, dedupe=DEDUPE) == ended


@pytest.mark.parametrize(
    "change",
    [
        {"photo_sha256": OTHER_PHOTO},
        {"slot_version": 4},
        {"slot_id": SlotId("slot-002")},
        {"source": JobSource.UI_TEST},
        {"idempotency_key": "k"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_another_photo_slot_or_version_is_a_new_job(
    jobs: JobRepoPort, change: dict[str, Any]
) -> None:
    await running(jobs, job(**change))

    # A key does not keep the photo from leading there; a test run is found by nobody.
    assert await led_to(jobs) == (job_id(1) if "idempotency_key" in change else NEW)


async def test_a_test_run_finds_jobs_of_booths_only(jobs: JobRepoPort) -> None:
    await running(jobs, job(1, source=JobSource.UI_TEST))
    await running(jobs, keyed(2, source=JobSource.UI_TEST))

    assert await led_to(jobs) == NEW
    assert (await jobs.admit(keyed(8), PLENTY, dedupe=DEDUPE)).job_id == job_id(8)


@pytest.mark.parametrize("dedupe", [None, timedelta(0)])
async def test_without_a_window_every_photo_is_new(
    jobs: JobRepoPort, dedupe: timedelta | None
) -> None:
    await running(jobs, job())

    assert await led_to(jobs, dedupe=dedupe) == NEW


async def test_a_key_is_looked_up_whatever_the_window(jobs: JobRepoPort) -> None:
    await running(jobs, keyed())

    assert await led_to(jobs, keyed(), dedupe=timedelta(0)) == job_id(1)
    assert await led_to(jobs, keyed(), dedupe=None) == NEW


@pytest.mark.parametrize("one", [job(), keyed()], ids=["photo", "key"])
async def test_a_running_job_is_joined_to_the_last_instant_of_its_lease(
    jobs: JobRepoPort, one: Job
) -> None:
    await running(jobs, one)
    over = NOON + LEASE + TICK

    assert await led_to(jobs, one, started_at=NOON + LEASE) == job_id(1)
    assert await led_to(jobs, one, started_at=over, live=[job_id(1)]) == job_id(1)
    assert await led_to(jobs, one, started_at=over, live=[job_id(3)]) == NEW


@pytest.mark.parametrize("one", [job(), keyed()], ids=["photo", "key"])
async def test_a_job_that_runs_on_is_joined_and_a_failed_one_is_not(
    jobs: JobRepoPort, one: Job
) -> None:
    over = late(await running(jobs, one), after=1)
    await jobs.finish(over)
    assert await led_to(jobs, one) == job_id(1)

    await jobs.release(over)
    assert await led_to(jobs, one) == NEW


async def test_a_photo_leads_to_a_result_while_the_window_lasts(jobs: JobRepoPort) -> None:
    await finished(jobs, done(job(), after=2))
    over = NOON + timedelta(seconds=2) + DEDUPE

    assert await led_to(jobs, started_at=over - TICK) == job_id(1)
    assert await led_to(jobs, started_at=over) == NEW


async def test_a_key_leads_to_a_result_for_three_days(jobs: JobRepoPort) -> None:
    await finished(jobs, done(keyed(), NOON + 2 * TTL, after=2))
    last = NOON + timedelta(seconds=2) + KEY_LIFE

    assert await led_to(jobs, keyed(), started_at=last) == job_id(1)
    assert await led_to(jobs, keyed(), started_at=last + TICK) == NEW


@pytest.mark.parametrize("one", [job(), keyed()], ids=["photo", "key"])
async def test_a_result_is_found_to_its_last_instant(jobs: JobRepoPort, one: Job) -> None:
    expires_at = NOON + timedelta(seconds=30)
    await finished(jobs, done(one, expires_at))

    assert await led_to(jobs, one, started_at=expires_at) == job_id(1)
    assert await led_to(jobs, one, started_at=expires_at + TICK) == NEW


@pytest.mark.parametrize("one", [job(), keyed()], ids=["photo", "key"])
async def test_a_removed_result_is_not_found(
    jobs: JobRepoPort, results: ResultRepoPort, one: Job
) -> None:
    await finished(jobs, done(one))
    await results.mark_cleaned([job_id(1)], NOON)

    assert await led_to(jobs, one) == NEW


async def test_the_youngest_is_found(jobs: JobRepoPort) -> None:
    for number, age in ((1, 3), (2, 1), (3, 2)):
        await admitted(jobs, keyed(number, started_at=NOON - age * TICK))
    assert await led_to(jobs) == job_id(2)
    assert await led_to(jobs, keyed()) == job_id(2)

    await jobs.finish(keyed(2).failed(FailureReason.QUOTA, at=NOON))
    assert await led_to(jobs) == job_id(3)
    assert await led_to(jobs, keyed()) == job_id(3)


async def test_a_key_leads_to_its_job_whatever_the_version_of_the_slot(jobs: JobRepoPort) -> None:
    await running(jobs, keyed())

    assert await led_to(jobs, keyed(), slot_version=4) == job_id(1)


async def test_a_new_key_is_a_new_job_though_the_photo_is_known(jobs: JobRepoPort) -> None:
    await running(jobs, job())

    assert await led_to(jobs, keyed()) == NEW


async def test_a_key_with_another_photo_is_refused(jobs: JobRepoPort) -> None:
    begun = await admitted(jobs, keyed())
    with pytest.raises(IdempotencyKeyReused):
        await led_to(jobs, keyed(photo_sha256=OTHER_PHOTO))
    assert list(await jobs.running()) == [begun]

    # Nobody has joined it by that.
    assert await jobs.abandon(begun.failed(FailureReason.JOB_CANCELLED, at=NOON))
    assert await led_to(jobs, keyed(photo_sha256=OTHER_PHOTO)) == NEW


async def test_a_job_that_nobody_has_joined_is_abandoned(jobs: JobRepoPort) -> None:
    new = await admitted(jobs, job())
    ended = new.failed(FailureReason.JOB_CANCELLED, at=NOON)

    assert await jobs.abandon(ended)
    assert not await jobs.abandon(ended)
    assert await jobs.get(job_id(1)) == ended
    assert await led_to(jobs) == NEW


async def test_a_job_that_somebody_has_joined_is_not_abandoned(jobs: JobRepoPort) -> None:
    new = await admitted(jobs, job())
    await led_to(jobs)

    assert not await jobs.abandon(new.failed(FailureReason.JOB_CANCELLED, at=NOON))
    assert await jobs.get(job_id(1)) == new


async def test_a_job_that_has_begun_is_not_abandoned(jobs: JobRepoPort) -> None:
    begun = await running(jobs, job())

    assert not await jobs.abandon(begun.failed(FailureReason.JOB_CANCELLED, at=NOON))
    assert await jobs.get(job_id(1)) == begun
