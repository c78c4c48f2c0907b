"""Waiting for jobs while connections are cut, the database is away, and callers leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from psycopg2.extensions import make_dsn

from photochanger_adapters.postgres import ear, hub
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.migrate import upgrade
from photochanger_adapters.postgres.outages import StatementRejected
from photochanger_adapters.postgres.turns import PgTurns
from photochanger_core.domain.errors import FailureReason, JobNotFound, QueueUnavailable
from photochanger_core.domain.job import Job
from tests.contract.clocks import SteppedClock
from tests.contract.samples import LEASE, NOON, TICK, admitted, job, job_id
from tests.databases import ask, empty_database
from tests.embedded_server import embedded_server
from tests.gateways import PATIENCE, backends, frozen, named

NEVER = 1e6


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def server(base: Path) -> Iterator[str]:
    with embedded_server(base) as dsn:
        yield dsn


@pytest.fixture
async def dsn(server: str) -> AsyncIterator[str]:
    with empty_database(server) as dsn:
        await upgrade(dsn)
        yield dsn


@pytest.fixture
async def gateway(dsn: str) -> AsyncIterator[Gateway]:
    async with Gateway(dsn=named(dsn), statement_timeout_ms=1000, size=2) as gateway:
        yield gateway


@pytest.fixture
def jobs(gateway: Gateway) -> PgJobRepo:
    return PgJobRepo(gateway)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(NOON)


@pytest.fixture
async def turns(dsn: str, gateway: Gateway, clock: SteppedClock) -> AsyncIterator[PgTurns]:
    async with PgTurns(gateway, with_an_ear(dsn), clock) as turns:
        yield turns


@pytest.fixture
def no_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is heard wakes anybody."""
    monkeypatch.setattr(hub, "_LOOK_EVERY", NEVER)
    monkeypatch.setattr(ear, "_LISTEN_AGAIN", 0.01)


def with_an_ear(dsn: str) -> str:
    return str(make_dsn(dsn, application_name="ear"))


def ears(dsn: str) -> list[int]:
    """Connections that listen."""
    rows = ask(
        dsn,
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'ear' AND query LIKE 'LISTEN%'",
    )
    return [row["pid"] for row in rows]


async def listening(dsn: str, *, but: list[int] | None = None) -> list[int]:
    async with asyncio.timeout(PATIENCE):
        while not (found := [pid for pid in ears(dsn) if pid not in (but or [])]):
            await asyncio.sleep(0.01)
    return found


async def end(jobs: PgJobRepo, one: Job) -> None:
    assert await jobs.finish(one.failed(FailureReason.QUOTA, at=NOON))


async def idle(gateway: Gateway) -> None:
    """Return when every connection is free again: one whose caller left takes a moment."""
    async with asyncio.timeout(PATIENCE):
        while gateway._room._value < gateway.size:
            await asyncio.sleep(0.01)


@asynccontextmanager
async def waiting(turns: PgTurns, *jobs: Job) -> AsyncIterator[list[asyncio.Task[Job]]]:
    """Tasks that wait for the end of jobs and have asked for themselves already."""
    tasks = [
        asyncio.create_task(asyncio.wait_for(turns.ended(one.job_id), PATIENCE)) for one in jobs
    ]
    async with asyncio.timeout(PATIENCE):
        while len(turns._hub._waiters) < len(jobs):
            await asyncio.sleep(0.01)
    await idle(turns._hub._gateway)
    yield tasks
    await asyncio.wait(tasks)


@pytest.mark.usefixtures("no_polls")
async def test_whoever_waits_is_woken_by_what_is_heard(
    dsn: str, jobs: PgJobRepo, turns: PgTurns
) -> None:
    new = await admitted(jobs, job())
    await listening(dsn)
    async with waiting(turns, new) as [task]:
        await end(jobs, new)
        assert (await task).job_id == job_id(1)


@pytest.mark.usefixtures("no_polls")
async def test_a_cut_connection_is_replaced_and_nothing_is_missed(
    dsn: str, jobs: PgJobRepo, turns: PgTurns
) -> None:
    first, second = await admitted(jobs, job(1)), await admitted(jobs, job(2))
    cut = await listening(dsn)
    async with waiting(turns, first, second) as tasks:
        ask(dsn, "SELECT pg_terminate_backend(%(pid)s)", {"pid": cut[0]})
        await end(jobs, first)  # perhaps while nobody hears
        assert (await tasks[0]).job_id == job_id(1)

        assert len(await listening(dsn, but=cut)) == 1
        await end(jobs, second)
        assert (await tasks[1]).job_id == job_id(2)


async def test_without_an_ear_half_a_second_is_lost_at_most(
    gateway: Gateway, jobs: PgJobRepo, clock: SteppedClock
) -> None:
    new = await admitted(jobs, job())
    async with (
        PgTurns(gateway, "postgresql://someone@127.0.0.1:9/nothing", clock) as turns,
        waiting(turns, new) as [task],
    ):
        await end(jobs, new)
        assert (await task).job_id == job_id(1)


async def test_while_nobody_waits_nothing_is_asked(
    dsn: str, turns: PgTurns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_LOOK_EVERY", 0.0001)
    await listening(dsn)
    ask(dsn, "NOTIFY photochanger")
    await listening(dsn)

    assert backends(dsn) == []
    with pytest.raises(JobNotFound):
        await turns.ended(job_id(1))
    assert turns._hub._waiters == set()
    assert backends(dsn) != []


async def test_waiting_holds_no_connection(jobs: PgJobRepo, turns: PgTurns) -> None:
    everybody = [await admitted(jobs, job(number)) for number in range(1, 21)]
    async with waiting(turns, *everybody) as tasks:
        for one in everybody:
            await end(jobs, one)
        assert [(await task).job_id for task in tasks] == [one.job_id for one in everybody]


async def test_whoever_waits_goes_on_while_the_database_is_away(
    base: Path, dsn: str, jobs: PgJobRepo, turns: PgTurns, clock: SteppedClock
) -> None:
    new = await admitted(jobs, job())
    await listening(dsn)
    async with waiting(turns, new) as [task]:
        with frozen(base):
            with pytest.raises(QueueUnavailable):
                await turns.ended(new.job_id)
            with pytest.raises(QueueUnavailable):
                await turns.turn(new, places=1)
            with pytest.raises(QueueUnavailable):
                await turns.requeue(new, "turbotext")
            assert not task.done()
        assert len(turns._hub._waiters) == 1

        clock.moment = NOON + LEASE + TICK
        assert (await task).job_id == job_id(1)


async def test_a_bug_is_told_to_those_who_wait_and_ends_nothing_else(
    dsn: str, jobs: PgJobRepo, turns: PgTurns
) -> None:
    new = await admitted(jobs, job())
    async with waiting(turns, new) as [task]:
        ask(dsn, "ALTER TABLE media_object RENAME TO elsewhere")
        with pytest.raises(StatementRejected):
            await task
        ask(dsn, "ALTER TABLE elsewhere RENAME TO media_object")

    async with waiting(turns, new) as [task]:
        await end(jobs, new)
        assert (await task).job_id == job_id(1)


async def test_cancellation_at_any_moment_leaves_nobody_waiting(
    gateway: Gateway, jobs: PgJobRepo, turns: PgTurns
) -> None:
    new = await admitted(jobs, job())
    for passes in range(60):
        tasks = [
            asyncio.create_task(turns.ended(new.job_id)),
            asyncio.create_task(turns.turn(new, places=0)),
        ]
        for _ in range(passes):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert all(task.cancelled() for task in tasks)

    assert turns._hub._waiters == set()
    await idle(gateway)


async def test_leaving_ends_what_listens(dsn: str, gateway: Gateway, clock: SteppedClock) -> None:
    async with PgTurns(gateway, with_an_ear(dsn), clock):
        await listening(dsn)
        before = asyncio.all_tasks()
    assert len(asyncio.all_tasks() & before) == 1  # this one

    async with asyncio.timeout(PATIENCE):
        while ears(dsn):
            await asyncio.sleep(0.01)
