"""What every `ResultRepoPort` promises: what is kept, what expires, what is cleaned."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from attrs import evolve

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import JobSource
from photochanger_core.domain.place import Place
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.result_repo import ResultCount, ResultRepoPort

from .samples import (
    LEASE,
    NOON,
    TICK,
    attempt,
    done,
    finished,
    job,
    job_id,
    running,
    timed_out_running_on,
)

SLOT = job().slot_id


async def due(results: ResultRepoPort, limit: int = 10) -> list[str]:
    return [one.job_id for one in await results.expired(NOON, limit)]


async def shown(results: ResultRepoPort, limit: int = 10) -> list[str]:
    return [one.job_id for one in await results.latest([SLOT], NOON, limit)]


async def test_a_result_expires_after_its_last_instant(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    ended = await finished(jobs, done(job(), expires_at=NOON))

    assert list(await results.expired(NOON, 10)) == []
    assert list(await results.latest([SLOT], NOON, 10)) == [ended]
    assert list(await results.expired(NOON + TICK, 10)) == [ended]
    assert list(await results.latest([SLOT], NOON + TICK, 10)) == []


async def test_those_that_expired_first_come_first(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    ages = [2, 5, 1, 4, 3]
    for number, age in enumerate(ages, start=1):
        await finished(jobs, done(job(number), expires_at=NOON - age * TICK))

    assert await due(results, limit=3) == [job_id(2), job_id(4), job_id(5)]
    assert await due(results, limit=0) == []
    moments = [j.result.expires_at for j in await results.expired(NOON, 10) if j.result]
    assert len(moments) == len(ages)
    assert all(first < second for first, second in pairwise(moments))


async def test_those_that_finished_last_are_the_latest(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    for number, after in enumerate([2, 5, 1, 4], start=1):
        await finished(jobs, done(job(number, started_at=NOON - number * LEASE), after=after))

    assert await shown(results) == [job_id(n) for n in (1, 2, 3, 4)]
    assert await shown(results, limit=2) == [job_id(1), job_id(2)]
    assert await shown(results, limit=0) == []


async def test_the_latest_of_several_slots_are_counted_together(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    second, third = SlotId("slot-002"), SlotId("slot-003")
    places = [SLOT, second, SLOT, third, second, third]
    for number, (place, after) in enumerate(zip(places, [1, 2, 3, 4, 4, 6], strict=True), start=1):
        await finished(jobs, done(job(number, slot_id=place), after=after))

    async def found(*among: SlotId, limit: int = 10) -> list[str]:
        return [one.job_id for one in await results.latest(among, NOON, limit)]

    assert await found(SLOT, second, third) == [job_id(n) for n in (6, 5, 4, 3, 2, 1)]
    assert await found(SLOT, second, third, limit=4) == [job_id(n) for n in (6, 5, 4, 3)]
    assert await found(second, SLOT, limit=3) == [job_id(n) for n in (5, 3, 2)]
    assert await found() == []


async def test_what_comes_behind_a_place_is_the_next_page(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    second = SlotId("slot-002")
    for number, after in enumerate([1, 2, 2, 2, 3], start=1):
        place = SLOT if number % 2 else second
        await finished(jobs, done(job(number, slot_id=place), after=after))

    async def behind(place: Place, limit: int = 10) -> list[str]:
        found = await results.latest([SLOT, second], NOON, limit, before=place)
        return [one.job_id for one in found]

    at = NOON + timedelta(seconds=2)
    assert await behind(Place(moment=at, job_id=job_id(3))) == [job_id(2), job_id(1)]
    assert await behind(Place(moment=at, job_id=job_id(3)), limit=1) == [job_id(2)]
    assert await behind(Place(moment=at + TICK, job_id=job_id(1))) == [
        job_id(n) for n in (4, 3, 2, 1)
    ]
    assert await behind(Place(moment=NOON, job_id=job_id(9))) == []


async def test_a_place_stays_when_its_job_is_gone(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    for number in (1, 2, 3):
        await finished(jobs, done(job(number), after=number))
    await results.mark_cleaned([job_id(2)], NOON)
    place = Place(moment=NOON + timedelta(seconds=2), job_id=job_id(2))

    assert [one.job_id for one in await results.latest([SLOT], NOON, 10, before=place)] == [
        job_id(1)
    ]


async def test_a_late_result_is_the_latest(jobs: JobRepoPort, results: ResultRepoPort) -> None:
    over = timed_out_running_on(await running(jobs, job(1)))
    await jobs.finish(over)
    await finished(jobs, done(job(2), after=50))
    await jobs.finish(done(over, after=60))

    assert await shown(results) == [job_id(1), job_id(2)]


async def test_only_booths_and_only_the_slot_are_shown(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    await finished(jobs, done(job(1, source=JobSource.UI_TEST)))
    await finished(jobs, done(job(2, slot_id=SlotId("slot-002"))))
    await finished(jobs, done(job(3)))

    assert await shown(results) == [job_id(3)]


async def test_jobs_without_a_result_neither_expire_nor_are_shown(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    long_ago = NOON - timedelta(days=30)
    for number in (1, 2):
        await running(jobs, job(number, expires_at=long_ago))
    await jobs.finish(job(2).failed(FailureReason.TIMEOUT, at=long_ago))

    assert await due(results) == []
    assert await shown(results) == []


async def test_jobs_come_without_their_attempts(jobs: JobRepoPort, results: ResultRepoPort) -> None:
    await jobs.finish(done((await running(jobs, job())).tried(attempt(1))))

    assert [one.attempts for one in await results.latest([SLOT], NOON, 1)] == [()]


async def test_cleaning_is_stored_once_and_takes_the_metadata_along(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    ended = await finished(jobs, done(job(), expires_at=NOON))
    await results.mark_cleaned([job_id(1)], NOON)
    await results.mark_cleaned([job_id(1)], NOON + LEASE)

    cleaned = await jobs.get(job_id(1))
    assert ended.result is not None
    assert cleaned == evolve(ended, metadata={}, result=evolve(ended.result, cleaned_at=NOON))
    assert list(await results.expired(NOON + TICK, 10)) == []
    assert await shown(results) == []


async def test_without_a_result_there_is_nothing_to_clean(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    begun = await running(jobs, job())
    await results.mark_cleaned([job_id(1)], NOON)
    await results.mark_cleaned([job_id(2)], NOON)

    assert await jobs.get(job_id(1)) == begun


async def test_one_may_ask_for_what_expired_of_one_slot(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    other = SlotId("slot-002")
    await finished(jobs, done(job(1), expires_at=NOON))
    await finished(jobs, done(job(2, slot_id=other), expires_at=NOON))

    for slot_id, number in ((SLOT, 1), (other, 2)):
        found = await results.expired(NOON + TICK, 10, slot_id=slot_id)
        assert [one.job_id for one in found] == [job_id(number)]
    assert await results.expired(NOON + TICK, 10, slot_id=SlotId("slot-003")) == []


@pytest.mark.parametrize("which", ["expired", "kept"])
async def test_pages_lead_to_the_end_though_what_was_told_is_cleaned(
    jobs: JobRepoPort, results: ResultRepoPort, which: str
) -> None:
    now = NOON + 10 * TICK if which == "expired" else NOON
    for number, age in enumerate([1, 3, 2, 2, 5], start=1):
        await finished(jobs, done(job(number), expires_at=NOON + age * TICK))
    page = getattr(results, which)

    told: list[str] = []
    last = None
    while found := await page(now, 2, after=last):
        told += [one.job_id for one in found]
        last = found[-1]
        await results.mark_cleaned([last.job_id], NOON)
    assert told == [job_id(number) for number in (1, 3, 4, 2, 5)]


async def test_what_is_kept_is_what_has_not_expired(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    other = SlotId("slot-002")
    await finished(jobs, done(job(1), expires_at=NOON))
    await finished(jobs, done(job(2), expires_at=NOON - TICK))
    await finished(jobs, done(job(3, slot_id=other), expires_at=NOON + TICK))
    await finished(jobs, done(job(4), expires_at=NOON))
    await results.mark_cleaned([job_id(4)], NOON)
    await running(jobs, job(5))

    assert [one.job_id for one in await results.kept(NOON, 10)] == [job_id(1), job_id(3)]
    assert [one.job_id for one in await results.kept(NOON, 10, slot_id=other)] == [job_id(3)]
    assert await results.count(NOON) == ResultCount(expired=1, kept=2)
    assert await results.count(NOON, slot_id=SLOT) == ResultCount(expired=1, kept=1)
    assert await results.count(NOON, slot_id=SlotId("slot-003")) == ResultCount(expired=0, kept=0)


async def test_files_have_who_runs_and_whose_result_is_not_cleaned(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    for number in (1, 2, 3, 4):
        await running(jobs, job(number))
    await jobs.finish(done(job(2), expires_at=NOON - LEASE))
    await jobs.finish(job(3).failed(FailureReason.NETWORK, at=NOON))
    await jobs.finish(timed_out_running_on(evolve(job(4), ticket=1)))
    await finished(jobs, done(job(5)))
    await results.mark_cleaned([job_id(5)], NOON)

    asked = [job_id(number) for number in range(1, 7)]
    assert set(await results.with_files(asked)) == {job_id(1), job_id(2), job_id(4)}
    assert set(await results.with_files([])) == set()


async def test_only_jobs_that_ended_without_a_result_have_ended_without(
    jobs: JobRepoPort, results: ResultRepoPort
) -> None:
    for number in range(1, 6):
        await running(jobs, job(number, started_at=NOON + number * TICK))
    for number, reason in ((1, FailureReason.NETWORK), (2, FailureReason.TIMEOUT)):
        await jobs.finish(job(number).failed(reason, at=NOON))
    await jobs.finish(timed_out_running_on(evolve(job(3), ticket=1)))
    await jobs.finish(done(job(4)))

    ended = await results.ended_without(NOON + TICK, 10)
    assert [one.job_id for one in ended] == [job_id(2), job_id(1)]
    for since, limit in ((NOON + 2 * TICK, 10), (NOON, 1)):
        assert [one.job_id for one in await results.ended_without(since, limit)] == [job_id(2)]
