"""What every `JobListPort` promises: which jobs, in which order, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_core.domain.place import Place
from photochanger_core.ports.job_list import JobFilter, JobListPort
from photochanger_core.ports.job_repo import JobRepoPort

from .samples import NOON, TICK, admitted, attempt, done, finished, job, job_id, running

ALL = JobFilter()
FIRST, SECOND, *_ = SLOT_IDS


def numbers(page: Sequence[Job]) -> list[int]:
    return [int(one.job_id[-12:], 16) for one in page]


def place(of: Job) -> Place:
    return Place(moment=of.started_at, job_id=of.job_id)


async def test_the_youngest_come_first_and_of_several_the_greatest_id(
    jobs: JobRepoPort, job_list: JobListPort
) -> None:
    for number, ticks in enumerate([3, 1, 2, 1], start=1):
        await admitted(jobs, job(number, started_at=NOON + ticks * TICK))

    assert numbers(await job_list.page(ALL, 10)) == [1, 3, 4, 2]
    assert numbers(await job_list.page(ALL, 2)) == [1, 3]
    assert numbers(await job_list.page(ALL, 0)) == []


async def test_pages_leave_nothing_out_and_repeat_nothing(
    jobs: JobRepoPort, job_list: JobListPort
) -> None:
    for number in range(1, 8):
        await admitted(jobs, job(number, started_at=NOON + number // 3 * TICK))

    seen: list[Job] = []
    for _ in range(4):
        seen += await job_list.page(JobFilter(before=place(seen[-1]) if seen else None), 2)
    assert seen == await job_list.page(ALL, 10)
    assert len(seen) == 7


async def test_a_place_is_good_though_its_job_is_not_there(
    jobs: JobRepoPort, job_list: JobListPort
) -> None:
    for number in (1, 3):
        await admitted(jobs, job(number))

    behind = JobFilter(before=Place(moment=NOON, job_id=job_id(2)))
    assert numbers(await job_list.page(behind, 10)) == [1]


@pytest.mark.parametrize(
    "wanted, found",
    [
        (JobFilter(slot_id=SECOND), [2]),
        (JobFilter(source=JobSource.UI_TEST), [3]),
        (JobFilter(source=JobSource.INGEST), [5, 4, 2, 1]),
        (JobFilter(statuses=frozenset({JobStatus.DONE})), [1]),
        (JobFilter(statuses=frozenset({JobStatus.FAILED})), [3, 2]),
        (JobFilter(statuses=frozenset({JobStatus.PENDING, JobStatus.TIMEOUT})), [5, 4]),
        (JobFilter(statuses=frozenset()), []),
        (JobFilter(slot_id=FIRST, statuses=frozenset({JobStatus.FAILED})), [3]),
        (JobFilter(slot_id=SECOND, source=JobSource.UI_TEST), []),
        (JobFilter(slot_id=FIRST, before=Place(moment=NOON, job_id=job_id(4))), [3, 1]),
    ],
)
async def test_filters_add_up(
    jobs: JobRepoPort, job_list: JobListPort, wanted: JobFilter, found: list[int]
) -> None:
    of_ui = job(3, source=JobSource.UI_TEST)
    await finished(jobs, done(job(1)))
    await finished(jobs, job(2, slot_id=SECOND).failed(FailureReason.QUOTA, at=NOON))
    await finished(jobs, of_ui.failed(FailureReason.QUOTA, at=NOON))
    await finished(jobs, job(4).failed(FailureReason.TIMEOUT, at=NOON))
    await admitted(jobs, job(5))

    assert numbers(await job_list.page(wanted, 10)) == found


async def test_jobs_come_whole_with_their_attempts_in_order(
    jobs: JobRepoPort, job_list: JobListPort
) -> None:
    begun = await running(jobs, job(1))
    ended = done(begun.tried(attempt(2)).tried(attempt(1, provider="turbotext")))
    await jobs.finish(ended)
    await finished(jobs, done(job(2, started_at=NOON - timedelta(days=100))))

    first, second = await job_list.page(ALL, 10)
    assert [one.number for one in first.attempts] == [1, 2]
    assert list(first.attempts) == list(await jobs.attempts(ended.job_id))
    assert first.result == ended.result
    assert second == await jobs.get(second.job_id)
