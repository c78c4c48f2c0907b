"""A job ends just as admission has found it: ends are not held up by the lock of admission.

The row is held until both wait for it, the end first. Admission has taken its snapshot by then,
in which the job still runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.session import session
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.job import Job
from tests.databases import ask

from .samples import DEDUPE, NOON, PLENTY, admitted, done, job, job_id, running

PATIENCE = 20.0
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
HOLD = "SELECT FROM job_history FOR UPDATE"


@pytest.fixture
async def jobs(dsn: str) -> AsyncIterator[PgJobRepo]:
    async with Gateway(dsn=dsn, size=4, statement_timeout_ms=20_000) as gateway:
        yield PgJobRepo(gateway)


@asynccontextmanager
async def rows_held(dsn: str) -> AsyncIterator[None]:
    async with session(dsn, seconds=PATIENCE) as other:
        await other.run("BEGIN")
        await other.run(HOLD)
        yield


async def waiting(dsn: str, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while ask(dsn, WAITING)[0]["count"] < count:
            await asyncio.sleep(0.01)


async def admitted_meanwhile(
    dsn: str, jobs: PgJobRepo, again: Job, end: Coroutine[Any, Any, bool]
) -> Job:
    async with rows_held(dsn):
        ending = asyncio.create_task(end)
        await waiting(dsn, 1)
        admitting = asyncio.create_task(jobs.admit(again, PLENTY, dedupe=DEDUPE))
        await waiting(dsn, 2)
    assert await ending
    return await admitting


@pytest.mark.parametrize("key", [None, "k"], ids=["photo", "key"])
async def test_a_job_that_has_just_become_done_is_returned_with_its_result(
    dsn: str, jobs: PgJobRepo, key: str | None
) -> None:
    begun = await running(jobs, job(1, idempotency_key=key))
    again = job(2, idempotency_key=key)

    found = await admitted_meanwhile(dsn, jobs, again, jobs.finish(done(begun)))
    assert found == done(begun)


@pytest.mark.parametrize("key", [None, "k"], ids=["photo", "key"])
async def test_a_job_that_has_just_failed_is_not_joined(
    dsn: str, jobs: PgJobRepo, key: str | None
) -> None:
    begun = await running(jobs, job(1, idempotency_key=key))
    failed = begun.failed(FailureReason.QUOTA, at=NOON)
    again = job(2, idempotency_key=key)

    assert (await admitted_meanwhile(dsn, jobs, again, jobs.finish(failed))).job_id == job_id(2)


async def test_a_job_that_was_just_abandoned_is_not_joined(dsn: str, jobs: PgJobRepo) -> None:
    new = await admitted(jobs, job(1))
    abandoned = new.failed(FailureReason.JOB_CANCELLED, at=NOON)

    found = await admitted_meanwhile(dsn, jobs, job(2), jobs.abandon(abandoned))
    assert found.job_id == job_id(2)
    assert await jobs.running() == [found]


async def test_the_next_youngest_is_found_instead(dsn: str, jobs: PgJobRepo) -> None:
    older = await running(jobs, job(1))
    younger = await running(jobs, job(2))
    failed = younger.failed(FailureReason.QUOTA, at=NOON)

    assert await admitted_meanwhile(dsn, jobs, job(3), jobs.finish(failed)) == older
    assert not await jobs.abandon(older.failed(FailureReason.JOB_CANCELLED, at=NOON))


async def test_a_job_closed_meanwhile_is_told_to_whoever_renews_its_lease(
    dsn: str, jobs: PgJobRepo
) -> None:
    begun = await running(jobs, job(1))
    failed = begun.failed(FailureReason.INTERRUPTED, at=NOON)
    async with rows_held(dsn):
        ending = asyncio.create_task(jobs.finish(failed))
        await waiting(dsn, 1)
        renewing = asyncio.create_task(jobs.renew([job_id(1)], NOON))
        await waiting(dsn, 2)

    assert await ending
    assert await renewing == {job_id(1)}
