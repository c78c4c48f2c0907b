"""What every `TracesPort` promises: what is too old is forgotten, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.cleanup import LIVES, CleanupRun, Leftover
from photochanger_core.domain.errors import FailureReason
from photochanger_core.ports.audit import AuditFilter, AuditPort
from photochanger_core.ports.cleanup_runs import CleanupRunsPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.traces import TracesPort

from .samples import NOON, TICK, attempt, done, finished, job, job_id, running

METADATA, WORDS, ENTRIES, RUNS = LIVES


async def failed(jobs: JobRepoPort, number: int, *, ticks: int = 0) -> None:
    """Let a job fail after three attempts; it is shown until so many ticks after noon."""
    begun = await running(jobs, job(number, expires_at=NOON + ticks * TICK))
    for again in (1, 2):
        begun = begun.tried(attempt(again, started_at=NOON + ticks * TICK))
    begun = begun.tried(attempt(3, started_at=NOON + ticks * TICK, detail=""))
    assert await jobs.finish(begun.failed(FailureReason.NETWORK, at=NOON))


async def noted(audit: AuditPort, ticks: int) -> None:
    by = Actor(name="serg")
    at = NOON + ticks * TICK
    await audit.note(AuditEntry(at=at, actor=by, action=AuditAction.CLEANED_UP, subject="media"))


async def test_metadata_goes_after_the_last_instant_at_which_a_job_is_shown(
    jobs: JobRepoPort, traces: TracesPort
) -> None:
    for number in (1, 2):
        await failed(jobs, number, ticks=number)

    assert await traces.count(METADATA, NOON + TICK) == 0
    assert await traces.forget(METADATA, NOON + TICK, 10) == 0
    assert await traces.count(METADATA, NOON + 2 * TICK) == 1
    assert await traces.forget(METADATA, NOON + 2 * TICK, 10) == 1
    assert await traces.count(METADATA, NOON + 2 * TICK) == 0
    assert (await jobs.get(job_id(1))).metadata == {}
    assert (await jobs.get(job_id(2))).metadata == job().metadata


async def test_metadata_of_who_runs_or_has_a_result_stays(
    jobs: JobRepoPort, results: ResultRepoPort, traces: TracesPort
) -> None:
    await running(jobs, job(1, expires_at=NOON))
    await finished(jobs, done(job(2, expires_at=NOON), expires_at=NOON))
    await finished(jobs, done(job(3, expires_at=NOON), expires_at=NOON))
    await results.mark_cleaned([job_id(3)], NOON)

    assert await traces.count(METADATA, NOON + timedelta(days=9)) == 0
    assert await traces.forget(METADATA, NOON + timedelta(days=9), 10) == 0


async def test_what_providers_said_goes_and_attempts_stay(
    jobs: JobRepoPort, traces: TracesPort
) -> None:
    for number in (1, 2):
        await failed(jobs, number, ticks=number)

    assert await traces.count(WORDS, NOON + 2 * TICK) == 2
    assert await traces.forget(WORDS, NOON + 2 * TICK, 10) == 2
    assert await traces.count(WORDS, NOON + 3 * TICK) == 2
    first = await jobs.attempts(job_id(1))
    assert list(first) == [
        evolve(attempt(number), started_at=NOON + TICK, detail="") for number in (1, 2, 3)
    ]
    assert [one.detail for one in await jobs.attempts(job_id(2))] == [attempt(1).detail] * 2 + [""]


async def test_the_oldest_entries_go_first_and_numbers_go_on(
    audit: AuditPort, traces: TracesPort
) -> None:
    for ticks in (3, 1, 2, 4):
        await noted(audit, ticks)

    assert await traces.count(ENTRIES, NOON + 4 * TICK) == 3
    assert [await traces.forget(ENTRIES, NOON + 4 * TICK, 2) for _ in range(3)] == [2, 1, 0]
    await noted(audit, 5)
    left = await audit.read(AuditFilter(), 10)
    assert [(entry.number, entry.at) for entry in left] == [
        (5, NOON + 5 * TICK),
        (4, NOON + 4 * TICK),
    ]


async def test_runs_go_when_they_have_ended_long_ago(
    cleanup_runs: CleanupRunsPort, traces: TracesPort
) -> None:
    for ticks in (1, 2):
        await cleanup_runs.note(CleanupRun(started_at=NOON, finished_at=NOON + ticks * TICK))

    assert await traces.count(RUNS, NOON + 2 * TICK) == 1
    assert await traces.forget(RUNS, NOON + 2 * TICK, 10) == 1
    last = await cleanup_runs.last_success()
    assert last is not None
    assert last.finished_at == NOON + 2 * TICK
    assert await traces.forget(RUNS, NOON + 3 * TICK, 10) == 1
    assert await cleanup_runs.last_success() is None


@pytest.mark.parametrize("what", LIVES)
async def test_where_nothing_is_nothing_is_forgotten(traces: TracesPort, what: Leftover) -> None:
    assert await traces.count(what, NOON) == 0
    assert await traces.forget(what, NOON, 10) == 0
