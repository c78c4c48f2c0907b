"""The gateway with a server that is frozen, stopped or killed, or cuts connections."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import make_dsn, parse_dsn
from sqlalchemy import func, select

from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.health import PgHealth
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.migrate import upgrade
from photochanger_adapters.postgres.statements import Statement
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.domain.job import JobStatus
from tests.contract.samples import PLENTY, job
from tests.databases import ask
from tests.embedded_server import embedded_server, server_pid
from tests.gateways import (
    SEVEN,
    SLEEP,
    backends,
    children,
    fails,
    frozen,
    gone,
    named,
    passes_of_the_loop,
    recovers,
    works,
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture(scope="module")
def server(base: Path) -> Iterator[str]:
    with embedded_server(base) as dsn:
        yield dsn


@pytest.fixture
async def gateway(server: str) -> AsyncIterator[Gateway]:
    async with Gateway(dsn=named(server), statement_timeout_ms=1000, size=3) as gateway:
        yield gateway


@pytest.mark.parametrize(
    "change",
    [{"port": 9}, {"password": "wr0ng"}, {"dbname": "nothing"}, {"host": "nowhere.invalid"}],
)
async def test_a_database_that_lets_nobody_in_is_unavailable(
    server: str, change: dict[str, Any]
) -> None:
    async with Gateway(dsn=make_dsn(server, **change)) as gateway:
        with pytest.raises(QueueUnavailable) as caught:
            await gateway.rows(SEVEN)

    for password in ("wr0ng", parse_dsn(server)["password"]):
        assert password not in caught.value.detail
        assert password not in repr(gateway)


async def test_what_is_no_connection_string_is_said_without_quoting_it() -> None:
    async with Gateway(dsn="host=x pass word s3cret") as gateway:
        with pytest.raises(ValueError, match=r"^not a PostgreSQL connection string$"):
            await gateway.rows(SEVEN)


async def test_cut_connections_are_replaced(gateway: Gateway, server: str) -> None:
    await works(gateway)
    for pid in backends(server):
        ask(server, "SELECT pg_terminate_backend(%(pid)s)", {"pid": pid})

    await recovers(gateway)


async def test_a_connection_cut_in_mid_statement_is_an_outage(gateway: Gateway) -> None:
    suicide = select(func.pg_terminate_backend(func.pg_backend_pid()), func.pg_sleep(5))
    with pytest.raises(QueueUnavailable):
        await gateway.rows(Statement.of(suicide))
    await works(gateway)


@pytest.mark.parametrize("warm", [True, False], ids=["connected", "not connected"])
async def test_a_frozen_server_fails_everybody_in_time(
    gateway: Gateway, base: Path, *, warm: bool
) -> None:
    if warm:
        await works(gateway)
    with frozen(base):
        await fails(gateway, calls=4 * gateway.size)
        await fails(gateway, calls=1)

    await recovers(gateway)


@pytest.mark.parametrize("warm", [True, False], ids=["connected", "not connected"])
async def test_a_frozen_server_does_not_hold_up_cancellation(
    server: str, gateway: Gateway, base: Path, *, warm: bool
) -> None:
    async with Gateway(dsn=server, statement_timeout_ms=60_000, size=3) as patient:
        if warm:
            await works(patient)
        with frozen(base):
            tasks = [asyncio.create_task(PgHealth(patient).check()) for _ in range(10)]
            await fails(gateway, calls=1)  # so long they have been waiting
            assert not any(task.done() for task in tasks)
            for task in tasks:
                task.cancel()
            await passes_of_the_loop(20)
            assert all(task.cancelled() for task in tasks)

        await recovers(patient)


async def test_a_server_that_was_away_is_found_again(gateway: Gateway, base: Path) -> None:
    await works(gateway)
    with gone(base):
        await fails(gateway, calls=3 * gateway.size)
        await fails(gateway, calls=3 * gateway.size)

    await recovers(gateway)


async def test_a_killed_server_is_found_again(gateway: Gateway, base: Path) -> None:
    await works(gateway)
    running = asyncio.create_task(gateway.rows(SLEEP, seconds=60))
    await asyncio.sleep(0)
    os.kill(server_pid(base), signal.SIGKILL)

    with pytest.raises(QueueUnavailable):
        await running
    await recovers(gateway)


async def test_a_crash_of_the_server_takes_no_start_back(
    gateway: Gateway, server: str, base: Path
) -> None:
    """A provider is asked after it, and whoever finds the job pending would ask another time."""
    await upgrade(server)
    jobs = PgJobRepo(gateway)
    admitted = await jobs.admit(job(), PLENTY, dedupe=None)
    assert await jobs.start(admitted)
    for pid in children(server_pid(base)):  # the one that writes what waits is among them
        with suppress(ProcessLookupError):  # one takes the others along
            os.kill(pid, signal.SIGKILL)

    await recovers(gateway)
    assert (await jobs.get(admitted.job_id)).status is JobStatus.PROCESSING
