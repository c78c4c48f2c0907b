"""What the database does for statistics by itself, and with rows that the code does not write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg2
import pytest

from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.migrate import upgrade
from photochanger_adapters.postgres.stats import PgStatsRepo
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.stats import Outcome, Tally
from photochanger_core.domain.window import Window
from tests.databases import ask, empty_database
from tests.embedded_server import embedded_server

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = Window(minutes=60, until=NOON)
JOBS = """
    INSERT INTO job_history (job_id, slot_id, slot_version, source, status, provider_id,
        started_at, sync_deadline, expires_at, owner, lease_until, photo_sha256, metadata,
        finished_at, duration_ms)
    SELECT 'job-' || n, 'slot-001', 1, %(source)s, 'done', 'gemini', at, at, at, 'x', at, '',
        '{}', at, nullif(1000 * n, %(unknown)s)
    FROM generate_series(%(first)s, %(last)s) AS n,
        (VALUES (timestamptz '2026-11-21T12:00:00Z')) AS noon (at)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_server(tmp_path_factory.mktemp("statistics")) as dsn:
        yield dsn


@pytest.fixture
async def dsn(server: str) -> AsyncIterator[str]:
    with empty_database(server) as dsn:
        await upgrade(dsn)
        yield dsn


def add(dsn: str, first: int, last: int, *, source: str = "ingest", unknown: int = 0) -> None:
    """Add jobs *first* to *last*, done in as many seconds; *unknown* milliseconds are NULL."""
    ask(dsn, JOBS, {"first": first, "last": last, "source": source, "unknown": unknown})


async def total(dsn: str) -> int:
    async with Gateway(dsn=dsn, size=1) as gateway:
        return (await PgStatsRepo(gateway).totals()).jobs


async def test_jobs_are_counted_as_they_come_and_go(dsn: str) -> None:
    add(dsn, 1, 5)
    add(dsn, 6, 6)
    add(dsn, 7, 8, source="ui_test")
    assert await total(dsn) == 6

    ask(dsn, "DELETE FROM job_history WHERE job_id IN ('job-1', 'job-2', 'job-8')")
    ask(dsn, "DELETE FROM job_history WHERE job_id = 'job-1'")
    assert await total(dsn) == 4


async def test_jobs_that_do_not_come_are_not_counted(dsn: str) -> None:
    with pytest.raises(psycopg2.errors.UniqueViolation):
        ask(dsn, f"{JOBS}; {JOBS}", {"first": 1, "last": 3, "source": "ingest", "unknown": 0})

    assert await total(dsn) == 0


async def test_a_job_without_a_duration_is_counted_and_has_no_say_in_percentiles(dsn: str) -> None:
    add(dsn, 1, 3, unknown=2000)
    async with Gateway(dsn=dsn, size=1) as gateway:
        tallies = await PgStatsRepo(gateway).tallies(HOUR)

    assert tallies.together == Tally(counts={Outcome.DONE: 3}, p50_ms=2000, p95_ms=2900)


async def test_jobs_without_any_duration_have_no_percentiles(dsn: str) -> None:
    add(dsn, 1, 1, unknown=1000)
    async with Gateway(dsn=dsn, size=1) as gateway:
        series = await PgStatsRepo(gateway).series(HOUR, SLOT_IDS)

    assert series.tally == Tally(counts={Outcome.DONE: 1})


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata"])
async def test_stretches_begin_at_whole_hours_of_utc_whatever_zone_is_asked_in(
    dsn: str, zone: str
) -> None:
    add(dsn, 1, 1)
    day = Window(minutes=1440, until=(NOON + timedelta(minutes=10)).astimezone(ZoneInfo(zone)))
    async with Gateway(dsn=dsn, size=1) as gateway:
        series = await PgStatsRepo(gateway).series(day, SLOT_IDS)

    assert list(series.stretches) == [NOON]
    assert dict(series.over(day))[NOON].jobs == 1
