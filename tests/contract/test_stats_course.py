"""What every `StatsPort` promises of a course: what its parts say, from one look at the jobs."""

from __future__ import annotations

from datetime import timedelta

from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.job import JobSource
from photochanger_core.domain.stats import Course, Outcome, Series, SlotTallies, Tally
from photochanger_core.domain.window import Window
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.stats import StatsPort

from .samples import NOON, TICK, admitted, done, finished, job

HOUR = Window(minutes=60, until=NOON)
FIRST, SECOND, *_ = SLOT_IDS


async def test_without_jobs_there_is_neither_a_slot_nor_a_stretch(stats: StatsPort) -> None:
    assert await stats.course(HOUR) == Course(series=Series(tally=Tally()))


async def test_a_course_says_what_tallies_and_series_say(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    moments = [HOUR.since - TICK, HOUR.since, NOON - timedelta(minutes=1), NOON, NOON + TICK]
    for number, moment in enumerate(moments, start=1):
        one = job(number, slot_id=SLOT_IDS[number % 2], started_at=moment)
        await finished(jobs, done(one, after=number))
    await finished(jobs, done(job(6, started_at=NOON, source=JobSource.UI_TEST)))
    await admitted(jobs, job(7, started_at=NOON))

    course = await stats.course(HOUR)
    assert course.series.tally.counts == {Outcome.DONE: 3, Outcome.UI_TEST: 1, Outcome.OPEN: 1}
    assert course.slots.keys() == {FIRST, SECOND}
    assert course.tallies == await stats.tallies(HOUR)
    assert course.series == await stats.series(HOUR, SLOT_IDS)


async def test_percentiles_are_of_what_is_counted_together(
    jobs: JobRepoPort, stats: StatsPort
) -> None:
    for number, slot in enumerate([FIRST, SECOND, SECOND], start=1):
        await finished(jobs, done(job(number, slot_id=slot, started_at=NOON), after=number))

    together = Tally(counts={Outcome.DONE: 3}, p50_ms=2000, p95_ms=2900)
    course = await stats.course(HOUR)
    assert course.series == Series(tally=together, stretches={NOON: together})
    assert course.tallies == SlotTallies(
        together=together,
        slots={
            FIRST: Tally(counts={Outcome.DONE: 1}, p50_ms=1000, p95_ms=1000),
            SECOND: Tally(counts={Outcome.DONE: 2}, p50_ms=2500, p95_ms=2950),
        },
    )
