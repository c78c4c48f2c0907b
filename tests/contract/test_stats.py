"""What every `StatsPort` promises of jobs: which are counted, in which window, as what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import pytest
from attrs import evolve

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_core.domain.media import MediaUse
from photochanger_core.domain.stats import (
    PROVIDER_REASONS,
    Kept,
    Outcome,
    Series,
    SlotState,
    SlotTallies,
    Tally,
    Totals,
)
from photochanger_core.domain.window import Window
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.stats import StatsPort

from .samples import (
    NOON,
    TICK,
    admitted,
    done,
    finished,
    job,
    job_id,
    media,
    media_id,
    running,
    timed_out_running_on,
)

HOUR = Window(minutes=60, until=NOON)
FIRST, SECOND, THIRD, *_ = SLOT_IDS
RESULT_SIZE = 123_456


def ago(minutes: float) -> datetime:
    return NOON - timedelta(minutes=minutes)


def begun(number: int, minutes: float = 1, **changes: Any) -> Job:
    return job(number, started_at=ago(minutes), **changes)


def failed(of: Job, reason: FailureReason, *, is_degraded: bool = False) -> Job:
    return of.failed(reason, at=of.started_at, is_degraded=is_degraded)


async def together(stats: StatsPort, window: Window = HOUR) -> Tally:
    """The tally of all jobs, which every way of asking agrees on."""
    tallies = await stats.tallies(window)
    assert (await stats.series(window, SLOT_IDS)).tally == tallies.together
    by_slot = await stats.series_by_slot(window)
    assert {slot_id: series.tally for slot_id, series in by_slot.items()} == tallies.slots
    return tallies.together


async def test_without_jobs_all_is_zero_and_nothing_has_a_percentile(stats: StatsPort) -> None:
    assert await stats.tallies(HOUR) == SlotTallies(together=Tally())
    assert await stats.series(HOUR, [FIRST]) == Series(tally=Tally())
    assert await stats.series_by_slot(HOUR) == {}
    assert await stats.states() == {slot_id: SlotState() for slot_id in SLOT_IDS}
    assert await stats.totals() == Totals(jobs=0, stored_bytes=0)
    assert await stats.providers(HOUR) == {}


async def test_a_job_that_began_at_the_first_or_last_instant_is_in_the_window(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    for number, moment in enumerate([HOUR.since - TICK, HOUR.since, NOON, NOON + TICK], start=1):
        await finished(jobs, done(job(number, started_at=moment)))

    assert (await together(stats)).counts == {Outcome.DONE: 2}
    assert list((await stats.series(HOUR, SLOT_IDS)).stretches) == [HOUR.since, NOON]


async def test_what_a_clock_set_back_has_begun_in_the_future_waits_for_its_time(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    await finished(jobs, done(begun(1, minutes=-30)))

    assert await together(stats) == Tally()
    assert (await together(stats, evolve(HOUR, until=ago(-30)))).jobs == 1
    assert (await stats.totals()).jobs == 1


ENDS: Final[Mapping[Outcome, Callable[[Job], Job]]] = {
    Outcome.DONE: done,
    Outcome.DEGRADED: partial(failed, reason=FailureReason.TIMEOUT, is_degraded=True),
    Outcome.TIMEOUT: partial(failed, reason=FailureReason.TIMEOUT),
    Outcome.PROVIDER_ERROR: partial(failed, reason=FailureReason.QUOTA),
    Outcome.OTHER_ERROR: partial(failed, reason=FailureReason.STORAGE_FULL),
    Outcome.CANCELLED: partial(failed, reason=FailureReason.JOB_CANCELLED),
    Outcome.UI_TEST: lambda of: done(evolve(of, source=JobSource.UI_TEST)),
}


async def end(jobs: JobRepoPort, outcome: Outcome, number: int = 1) -> None:
    """Let a job of the first slot end so that it is counted as *outcome*."""
    one = begun(number)
    if outcome is Outcome.OPEN:
        await admitted(jobs, one)
    elif outcome is Outcome.LATE:
        over = timed_out_running_on(await running(jobs, one))
        await jobs.finish(over)
        await jobs.finish(done(over, after=60))
    else:
        await finished(jobs, ENDS[outcome](one))


@pytest.mark.parametrize("outcome", Outcome)
async def test_each_job_is_counted_once(
    jobs: JobRepoPort, stats: StatsPort, outcome: Outcome
) -> None:
    await end(jobs, outcome)

    tally = await together(stats)
    assert tally.counts == {outcome: 1}
    assert tally.jobs == (0 if outcome is Outcome.UI_TEST else 1)


@pytest.mark.parametrize("reason", FailureReason)
async def test_only_some_failures_are_the_providers(
    jobs: JobRepoPort, stats: StatsPort, reason: FailureReason
) -> None:
    ended = await finished(jobs, failed(begun(1), reason))

    tally = await together(stats)
    assert tally.jobs == 1
    assert (tally[Outcome.PROVIDER_ERROR] == 1) is (reason in PROVIDER_REASONS)
    assert (tally[Outcome.TIMEOUT] == 1) is (ended.status is JobStatus.TIMEOUT)


async def test_a_guest_given_their_own_photo_is_no_error(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    reasons = [FailureReason.QUOTA, FailureReason.TIMEOUT, FailureReason.STORAGE_FULL]
    for number, reason in enumerate(reasons, start=1):
        await finished(jobs, failed(begun(number), reason, is_degraded=True))

    assert (await together(stats)).counts == {Outcome.DEGRADED: 3}


async def test_a_late_picture_is_late_though_the_guest_was_given_their_own_photo(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    over = evolve(timed_out_running_on(await running(jobs, begun(1))), is_degraded=True)
    await jobs.finish(over)
    await jobs.finish(done(over, after=60))

    assert await together(stats) == Tally(counts={Outcome.LATE: 1})


async def test_a_test_run_counts_in_no_other_figure(jobs: JobRepoPort, stats: StatsPort) -> None:
    first, second, third = (begun(number, source=JobSource.UI_TEST) for number in (1, 2, 3))
    await finished(jobs, done(first))
    await finished(jobs, failed(second, FailureReason.QUOTA))
    await admitted(jobs, third)

    assert await together(stats) == Tally(counts={Outcome.UI_TEST: 3})
    assert (await stats.states())[FIRST] == SlotState()
    assert (await stats.totals()).jobs == 0


async def test_percentiles_lie_between_neighbours_in_proportion(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    for number, after in enumerate([4, 1, 3, 2], start=1):
        await finished(jobs, done(begun(number), after=after))

    tally = await together(stats)
    assert (tally.p50_ms, tally.p95_ms) == (2500, 3850)


async def test_of_one_job_every_percentile_is_its_duration(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    await finished(jobs, done(begun(1), after=1.5))

    tally = await together(stats)
    assert (tally.p50_ms, tally.p95_ms) == (1500, 1500)


async def test_a_clock_set_back_while_a_job_ran_makes_no_negative_duration(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    await finished(jobs, done(begun(1), after=-3600))

    tally = await together(stats)
    assert (tally.p50_ms, tally.p95_ms) == (0, 0)
    assert (await stats.states())[FIRST].last_success_at == ago(61)


async def test_only_jobs_done_in_time_have_a_say_in_percentiles(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    for number, outcome in enumerate(Outcome, start=1):
        await end(jobs, outcome, number)

    tally = await together(stats)
    assert (tally.p50_ms, tally.p95_ms) == (1500, 1500)
    assert tally.jobs == len(Outcome) - 1


async def test_slots_are_told_apart(jobs: JobRepoPort, stats: StatsPort) -> None:
    await finished(jobs, done(begun(1), after=1))
    await finished(jobs, done(begun(2, slot_id=SECOND), after=2))
    await finished(jobs, done(begun(3, slot_id=SECOND), after=3))

    tallies = await stats.tallies(HOUR)
    assert tallies == SlotTallies(
        together=Tally(counts={Outcome.DONE: 3}, p50_ms=2000, p95_ms=2900),
        slots={
            FIRST: Tally(counts={Outcome.DONE: 1}, p50_ms=1000, p95_ms=1000),
            SECOND: Tally(counts={Outcome.DONE: 2}, p50_ms=2500, p95_ms=2950),
        },
    )
    assert (await stats.series(HOUR, [SECOND])).tally == tallies.slots[SECOND]
    assert (await stats.series(HOUR, [])).tally == Tally()


async def test_slots_are_counted_in_windows_of_their_own(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    for number, slot in enumerate([FIRST, SECOND, THIRD], start=1):
        for minutes in (1, 2, 3):
            one = begun(10 * number + minutes, minutes=minutes, slot_id=slot)
            await finished(jobs, done(one, after=minutes))
    late, later = evolve(HOUR, start=ago(2)), evolve(HOUR, start=ago(1) + TICK)

    assert await stats.tallies_apart({FIRST: late, SECOND: later, THIRD: HOUR}) == {
        FIRST: Tally(counts={Outcome.DONE: 2}, p50_ms=1500, p95_ms=1950),
        THIRD: Tally(counts={Outcome.DONE: 3}, p50_ms=2000, p95_ms=2900),
    }
    assert (await together(stats, late)).jobs == 6


async def test_nothing_is_in_a_window_that_starts_in_the_future(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    await finished(jobs, done(begun(1, minutes=0)))
    window = evolve(HOUR, start=NOON + TICK)

    assert await together(stats, window) == Tally()
    assert await stats.tallies_apart({FIRST: window}) == {}


@pytest.mark.parametrize(
    "minutes, step",
    [(5, 1), (60, 1), (61, 5), (360, 5), (361, 60), (4320, 60)],
)
async def test_a_series_has_a_tally_for_each_stretch_with_jobs(
    jobs: JobRepoPort, stats: StatsPort, minutes: int, step: int
) -> None:
    window = Window(minutes=minutes, until=NOON)
    moments = [NOON, ago(step) + TICK, ago(step), ago(step) - TICK]
    for number, moment in enumerate(moments, start=1):
        await finished(jobs, done(job(number, started_at=moment), after=number))

    series = await stats.series(window, SLOT_IDS)
    assert {start: tally.jobs for start, tally in series.stretches.items()} == {
        NOON: 1,
        ago(step): 2,
        ago(2 * step): 1,
    }
    assert series.stretches[ago(step)].p50_ms == 2500
    assert (await stats.series_by_slot(window)) == {FIRST: series}


async def test_a_slot_says_what_it_is_doing(jobs: JobRepoPort, stats: StatsPort) -> None:
    await admitted(jobs, begun(1, minutes=200))
    await running(jobs, begun(2))
    await jobs.finish(timed_out_running_on(await running(jobs, begun(3))))

    states = await stats.states()
    assert states[FIRST].active_jobs == 2
    assert states[SECOND] == SlotState()


async def test_the_last_success_and_error_are_those_of_the_jobs_that_began_last(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    await finished(jobs, failed(begun(1, minutes=90_000), FailureReason.NETWORK))
    await finished(jobs, done(begun(2, minutes=80_000), after=40))

    first = (await stats.states())[FIRST]
    assert first.last_success_at == ago(80_000) + timedelta(seconds=40)
    assert first.last_error_reason is FailureReason.NETWORK
    assert first.last_error_at is not None
    assert first.last_error_at < first.last_success_at

    await finished(jobs, failed(begun(3, minutes=2), FailureReason.TIMEOUT, is_degraded=True))
    await finished(jobs, done(begun(4, minutes=3), after=1))
    second = (await stats.states())[FIRST]
    assert second.last_success_at == ago(3) + timedelta(seconds=1)
    assert second.last_error_reason is FailureReason.TIMEOUT
    assert second.last_error_at is not None
    assert second.last_error_at > first.last_error_at


@pytest.mark.parametrize("outcome", [Outcome.LATE, Outcome.CANCELLED, Outcome.OPEN])
async def test_neither_a_success_nor_an_error(
    jobs: JobRepoPort, stats: StatsPort, outcome: Outcome
) -> None:
    await end(jobs, outcome)

    state = (await stats.states())[FIRST]
    assert (state.last_success_at, state.last_error_reason) == (None, None)


async def test_what_is_stored_is_what_has_not_been_removed(
    jobs: JobRepoPort, results: ResultRepoPort, media_rows: MediaRepoPort, stats: StatsPort
) -> None:
    for number in (1, 2):
        await finished(jobs, done(begun(number)))
    await finished(jobs, done(begun(3, source=JobSource.UI_TEST)))
    for number, use in enumerate([MediaUse.TEMPLATE, *MediaUse], start=1):
        await media_rows.add(media(number, use=use, size=10**number, sha256=f"{number:064}"))
    assert (await stats.totals()).stored_bytes == 3 * RESULT_SIZE + 10 + 100

    await results.mark_cleaned([job_id(1)], NOON)
    await media_rows.mark_cleaned([media_id(1)], NOON)
    assert await stats.totals() == Totals(jobs=2, stored_bytes=2 * RESULT_SIZE + 100)


async def test_a_picture_past_its_time_takes_room_until_it_is_removed(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    await finished(jobs, done(begun(1), expires_at=ago(1)))

    assert (await stats.totals()).stored_bytes == RESULT_SIZE


async def test_what_was_kept_counts_by_when_it_was_made(
    stats: StatsPort, jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    assert await stats.kept(HOUR) == Kept(results=0, bytes=0)
    await finished(jobs, done(begun(1, minutes=60), after=0))
    await finished(jobs, done(begun(2, minutes=61), after=30))
    await finished(jobs, done(begun(3, slot_id=SECOND, source=JobSource.UI_TEST), after=0))
    await finished(jobs, failed(begun(4), FailureReason.QUOTA))
    await results.mark_cleaned([job_id(1)], NOON)

    assert await stats.kept(HOUR) == Kept(results=2, bytes=2 * RESULT_SIZE)
