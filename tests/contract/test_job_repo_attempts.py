"""What every `JobRepoPort` promises about attempts."""

from __future__ import annotations

from attrs import evolve

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.job import Job
from photochanger_core.ports.job_repo import JobRepoPort

from .samples import NOON, admitted, attempt, done, job, job_id, running, timed_out_running_on

FIRST, SECOND = attempt(1), attempt(2, provider="turbotext", model=None, failure_reason=None)


def tried(of: Job) -> Job:
    return of.tried(FIRST).tried(SECOND)


async def test_a_new_job_has_none(jobs: JobRepoPort) -> None:
    await admitted(jobs, job())

    assert list(await jobs.attempts(job_id(1))) == []
    assert list(await jobs.attempts(job_id(2))) == []


async def test_they_are_stored_with_the_end_in_order(jobs: JobRepoPort) -> None:
    begun = await running(jobs, job())
    await jobs.finish(done(begun.tried(SECOND).tried(FIRST)))

    assert list(await jobs.attempts(job_id(1))) == [FIRST, SECOND]
    assert await jobs.get(job_id(1)) == done(begun)


async def test_they_are_stored_with_a_failure_and_when_abandoned(jobs: JobRepoPort) -> None:
    await jobs.finish(tried(await running(jobs, job(1))).failed(FailureReason.QUOTA, at=NOON))
    await jobs.abandon(tried(await admitted(jobs, job(2))).failed(FailureReason.QUOTA, at=NOON))

    assert list(await jobs.attempts(job_id(1))) == [FIRST, SECOND]
    assert list(await jobs.attempts(job_id(2))) == [FIRST, SECOND]


async def test_without_an_end_none_are_stored(jobs: JobRepoPort) -> None:
    ended = (await running(jobs, job())).failed(FailureReason.QUOTA, at=NOON)
    await jobs.finish(ended)
    await jobs.finish(tried(ended))
    await jobs.finish(tried(done(job(2))))

    assert list(await jobs.attempts(job_id(1))) == []
    assert list(await jobs.attempts(job_id(2))) == []


async def test_those_already_stored_stay_as_they_are(jobs: JobRepoPort) -> None:
    over = timed_out_running_on((await running(jobs, job())).tried(FIRST))
    await jobs.finish(over)
    changed = evolve(over, attempts=(evolve(FIRST, detail="other"), SECOND))
    await jobs.finish(done(changed))

    assert list(await jobs.attempts(job_id(1))) == [FIRST, SECOND]


async def test_a_release_stores_the_new_ones(jobs: JobRepoPort) -> None:
    over = timed_out_running_on((await running(jobs, job())).tried(FIRST))
    await jobs.finish(over)
    await jobs.release(over.tried(SECOND))
    await jobs.release(over.tried(SECOND))

    assert list(await jobs.attempts(job_id(1))) == [FIRST, SECOND]


async def test_what_is_known_of_after_the_end_is_stored_all_the_same(jobs: JobRepoPort) -> None:
    begun = await running(jobs, job())
    await jobs.finish(begun.failed(FailureReason.JOB_CANCELLED, at=NOON))
    await jobs.keep_attempts(begun.tried(FIRST))
    await jobs.keep_attempts(begun.tried(evolve(FIRST, detail="other")).tried(SECOND))

    assert list(await jobs.attempts(job_id(1))) == [FIRST, SECOND]


async def test_an_unknown_job_keeps_no_attempts(jobs: JobRepoPort) -> None:
    await jobs.keep_attempts(job(7).tried(FIRST))
    assert list(await jobs.attempts(job_id(7))) == []
