"""Statistics of the fake and of the real repositories over the same jobs: do any figures differ?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photochanger_adapters.memory.job_list import MemoryJobList
from photochanger_adapters.memory.job_repo import MemoryJobRepo
from photochanger_adapters.memory.media_repo import MemoryMediaRepo
from photochanger_adapters.memory.result_repo import MemoryResultRepo
from photochanger_adapters.memory.stats import MemoryStatsRepo
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_list import PgJobList
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.media_repo import PgMediaRepo
from photochanger_adapters.postgres.result_repo import PgResultRepo
from photochanger_adapters.postgres.stats import PgStatsRepo
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_core.domain.media import MediaObject
from photochanger_core.domain.place import Place
from photochanger_core.domain.window import Window
from photochanger_core.ports.job_list import JobFilter, JobListPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.stats import StatsPort
from tests.databases import reset

from .samples import NOON, admitted, job_id
from .strategies import COUNTS, ENDS, JOB_SLOTS, JOBS, MEDIA

MOST = 6
MINUTE = timedelta(minutes=1)

PLACES = st.builds(
    Place,
    moment=st.integers(0, MOST).map(lambda n: NOON + n * MINUTE),
    job_id=st.integers(1, MOST).map(job_id),
)
FILTERS = st.builds(
    JobFilter,
    slot_id=st.none() | JOB_SLOTS,
    statuses=st.none() | st.frozensets(st.sampled_from(JobStatus), max_size=2),
    source=st.none() | st.sampled_from(JobSource),
    before=st.none() | PLACES,
)
LOOKS = [
    Window(minutes=minutes, until=NOON + later * MINUTE)
    for minutes, later in [(5, 4), (5, 6), (61, 4), (361, 4)]
]

APART = {
    slot: Window(minutes=5, until=NOON + 4 * MINUTE, start=NOON + number * MINUTE)
    for number, slot in enumerate(SLOT_IDS[:2])
}


@frozen(kw_only=True)
class Store:
    """A fake, or the real thing."""

    jobs: JobRepoPort
    results: ResultRepoPort
    media: MediaRepoPort
    stats: StatsPort
    job_list: JobListPort

    async def keep(self, ends: Sequence[Job], cleaned: int, media: Sequence[MediaObject]) -> None:
        """Let jobs begin, minute by minute, and end as *ends* say; the first *cleaned* expire."""
        for number, end in enumerate(ends, start=1):
            await self._run(_at(end, number))
        for number in range(1, cleaned + 1):
            await self.results.mark_cleaned([job_id(number)], NOON)
        for one in media:
            await self.media.add(one)

    async def _run(self, end: Job) -> None:
        begun = await admitted(self.jobs, _begun(end))
        if not end.is_open:
            await self.jobs.finish(evolve(end, ticket=None))
        else:
            await self.jobs.keep_attempts(evolve(begun, attempts=end.attempts))

    async def figures(self, window: Window) -> Sequence[object]:
        """Everything there is to ask about a window."""
        return [
            await self.stats.tallies(window),
            await self.stats.course(window),
            await self.stats.series(window, SLOT_IDS[:1]),
            await self.stats.series_by_slot(window),
            await self.stats.tallies_apart(APART | {SLOT_IDS[2]: window}),
            await self.stats.providers(window),
            await self.stats.attempts_of(window, SLOT_IDS[0]),
            await self.stats.states(),
            await self.stats.totals(),
            await self.stats.kept(window),
        ]


def _begun(end: Job) -> Job:
    new: dict[str, Any] = {"status": JobStatus.PENDING, "finished_at": None, "result": None}
    new |= {"failure_reason": None, "is_late": False, "is_degraded": False, "attempts": ()}
    return evolve(end, **new)


def _at(end: Job, number: int) -> Job:
    """Return the job called *number*, which begins so many minutes after noon."""
    later = NOON + number * MINUTE - end.started_at
    return evolve(
        end,
        job_id=job_id(number),
        started_at=end.started_at + later,
        finished_at=end.finished_at and end.finished_at + later * number,
        attempts=tuple(evolve(one, started_at=one.started_at + later) for one in end.attempts),
    )


def fake_store() -> Store:
    jobs, media = MemoryJobRepo(), MemoryMediaRepo()
    return Store(
        jobs=jobs,
        results=MemoryResultRepo(jobs),
        media=media,
        stats=MemoryStatsRepo(jobs, media),
        job_list=MemoryJobList(jobs),
    )


def real_store(gateway: Gateway) -> Store:
    return Store(
        jobs=PgJobRepo(gateway),
        results=PgResultRepo(gateway),
        media=PgMediaRepo(gateway),
        stats=PgStatsRepo(gateway),
        job_list=PgJobList(gateway),
    )


@pytest.fixture
def loop(dsn: str) -> Iterator[tuple[asyncio.Runner, Gateway]]:
    """The one loop in which the database is used, and the way there."""
    gateway = Gateway(dsn=dsn, size=1)
    with asyncio.Runner() as runner:
        yield runner, gateway
        runner.run(gateway.__aexit__())


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # reset by each example
)
@given(
    ends=st.lists(ENDS | ENDS | JOBS, max_size=MOST),
    cleaned=st.integers(0, 2),
    media=st.lists(MEDIA, max_size=2),
    pages=st.lists(st.tuples(FILTERS, COUNTS), min_size=3, max_size=6),
)
def test_fake_and_real_statistics_agree(
    loop: tuple[asyncio.Runner, Gateway],
    ends: list[Job],
    cleaned: int,
    media: list[MediaObject],
    pages: list[tuple[JobFilter, int]],
) -> None:
    runner, gateway = loop
    reset(gateway.dsn)
    fake, real = fake_store(), real_store(gateway)
    for store in (fake, real):
        runner.run(store.keep(ends, cleaned, media))

    for window in LOOKS:
        assert runner.run(fake.figures(window)) == runner.run(real.figures(window))
    for wanted, limit in pages:
        page = runner.run(fake.job_list.page(wanted, limit))
        assert page == runner.run(real.job_list.page(wanted, limit))
