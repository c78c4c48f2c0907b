"""What every `StatsPort` promises of attempts at providers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.domain.stats import ProviderTally
from photochanger_core.domain.window import Window
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.stats import StatsPort

from .samples import NOON, TICK, attempt, done, finished, job, running

HOUR = Window(minutes=60, until=NOON)


def led(
    number: int = 1, seconds: float = 1.0, *, provider: str = "gemini", **usage: int
) -> Attempt:
    """An attempt that led to a picture."""
    how: dict[str, Any] = {"started_at": NOON, "seconds": seconds, "failure_reason": None}
    return attempt(number, provider=provider, usage=usage, **how)


async def tried(jobs: JobRepoPort, one: Job, *attempts: Attempt) -> None:
    begun = await running(jobs, one)
    for each in attempts:
        begun = begun.tried(each)
    await jobs.finish(done(begun))


async def test_attempts_are_told_apart_by_provider_and_reason(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    at = {"started_at": NOON, "usage": {}}
    await tried(
        jobs,
        job(1),
        attempt(1, failure_reason=FailureReason.QUOTA, **at),
        attempt(2, failure_reason=FailureReason.QUOTA, **at),
        attempt(3, failure_reason=FailureReason.TIMEOUT, **at),
        attempt(4, provider="turbotext", failure_reason=None, seconds=2, **at),
    )

    assert await stats.providers(HOUR) == {
        "gemini": ProviderTally(
            attempts=3, failures={FailureReason.QUOTA: 2, FailureReason.TIMEOUT: 1}
        ),
        "turbotext": ProviderTally(attempts=1, p50_ms=2000, p95_ms=2000),
    }


async def test_percentiles_are_those_of_attempts_that_led_to_a_picture(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    for number, seconds in enumerate([0.4, 0.1, 0.2, 0.3], start=1):
        await tried(jobs, job(number), attempt(1, started_at=NOON, seconds=60), led(2, seconds))

    gemini = (await stats.providers(HOUR))["gemini"]
    assert (gemini.attempts, gemini.p50_ms, gemini.p95_ms) == (8, 250, 385)


async def test_tokens_are_added_up_and_quotas_are_not(jobs: JobRepoPort, stats: StatsPort) -> None:
    await tried(jobs, job(1), led(promptTokenCount=2**40, totalTokenCount=7, foto_limit=99))
    await tried(jobs, job(2), led(promptTokenCount=2**40))
    await tried(jobs, job(3), led())

    gemini = (await stats.providers(HOUR))["gemini"]
    assert gemini.tokens == {"promptTokenCount": 2**41, "totalTokenCount": 7}


async def test_an_attempt_is_in_the_window_in_which_it_began(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    moments = [HOUR.since - TICK, HOUR.since, NOON, NOON + TICK]
    before = HOUR.since - timedelta(seconds=48)
    attempts = [attempt(n, started_at=moment) for n, moment in enumerate(moments, start=1)]
    await tried(jobs, job(started_at=before), *attempts)

    assert (await stats.providers(HOUR))["gemini"].attempts == 2


async def test_attempts_of_test_runs_are_kept_apart(jobs: JobRepoPort, stats: StatsPort) -> None:
    await tried(jobs, job(1, source=JobSource.UI_TEST), led())
    await finished(jobs, done(job(2)))

    assert await stats.providers(HOUR) == {}


async def test_attempts_of_test_runs_are_kept_apart_however_they_are_stored(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    begun = await running(jobs, job(1, source=JobSource.UI_TEST))
    await jobs.keep_attempts(begun.tried(led()))
    over = begun.timed_out_running_on(at=NOON, is_degraded=False)
    await jobs.finish(over)
    await jobs.release(over.tried(led(2)))

    assert len(await jobs.attempts(begun.job_id)) == 2
    assert await stats.providers(HOUR) == {}


async def test_attempts_for_a_slot_are_those_of_its_jobs_in_the_window(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    first, second, *_ = SLOT_IDS
    await tried(jobs, job(1, slot_id=first), led(totalTokenCount=7), led(2, provider="turbotext"))
    await tried(jobs, job(2, slot_id=second), led(totalTokenCount=5))
    await tried(jobs, job(3, slot_id=first, source=JobSource.UI_TEST), led())
    await tried(jobs, job(4, slot_id=first, started_at=HOUR.since - TICK), led())

    assert await stats.attempts_of(HOUR, first) == {
        "gemini": ProviderTally(
            attempts=1, p50_ms=1000, p95_ms=1000, tokens={"totalTokenCount": 7}
        ),
        "turbotext": ProviderTally(attempts=1, p50_ms=1000, p95_ms=1000),
    }
