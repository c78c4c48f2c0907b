"""What every `JobRepoPort` promises about results: when they expire, and that they are cleaned."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from attrs import evolve

from photochanger_core.domain.errors import FailureReason
from photochanger_core.ports.job_repo import JobRepoPort

from .samples import LEASE, NOON, TICK, done, finished, job, job_id, running


async def ids(jobs: JobRepoPort, limit: int = 10) -> list[str]:
    return [one.job_id for one in await jobs.expired(NOON, limit)]


async def test_a_result_expires_after_its_last_instant(jobs: JobRepoPort) -> None:
    await finished(jobs, done(job(), expires_at=NOON))

    assert list(await jobs.expired(NOON, 10)) == []
    assert list(await jobs.expired(NOON + TICK, 10)) == [done(job(), expires_at=NOON)]


async def test_those_that_expired_first_come_first(jobs: JobRepoPort) -> None:
    ages = [2, 5, 1, 4, 3]
    for number, age in enumerate(ages, start=1):
        await finished(jobs, done(job(number), expires_at=NOON - age * TICK))

    assert await ids(jobs, limit=3) == [job_id(2), job_id(4), job_id(5)]
    assert await ids(jobs, limit=0) == []
    moments = [j.result.expires_at for j in await jobs.expired(NOON, 10) if j.result]
    assert len(moments) == len(ages)
    assert all(first < second for first, second in pairwise(moments))


async def test_jobs_without_a_result_do_not_expire(jobs: JobRepoPort) -> None:
    long_ago = NOON - timedelta(days=30)
    await running(jobs, job(1, expires_at=long_ago), job(2, expires_at=long_ago))
    await jobs.finish(job(2).failed(FailureReason.TIMEOUT, at=long_ago))

    assert await ids(jobs) == []


async def test_cleaning_is_stored_once_and_takes_the_metadata_along(jobs: JobRepoPort) -> None:
    ended = done(job(), expires_at=NOON - TICK)
    await finished(jobs, ended)
    await jobs.mark_cleaned(job_id(1), NOON)
    await jobs.mark_cleaned(job_id(1), NOON + LEASE)

    cleaned = await jobs.get(job_id(1))
    assert ended.result is not None
    assert cleaned == evolve(ended, metadata={}, result=evolve(ended.result, cleaned_at=NOON))
    assert await ids(jobs) == []


async def test_without_a_result_there_is_nothing_to_clean(jobs: JobRepoPort) -> None:
    await running(jobs, job())
    await jobs.mark_cleaned(job_id(1), NOON)
    await jobs.mark_cleaned(job_id(2), NOON)

    assert await jobs.get(job_id(1)) == job().processing()
