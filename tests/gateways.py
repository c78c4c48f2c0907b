"""Gateways under test, and what may happen to their server."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from psycopg2.extensions import make_dsn
from sqlalchemy import Integer, func, literal, select

from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.statements import Statement, given
from photochanger_core.domain.errors import QueueUnavailable
from tests.databases import ask
from tests.embedded_server import is_alive, keeper_pid, server_pid, wait_until

PATIENCE = 20.0
"""Seconds after which a test that should end long before is given up."""

SEVEN = Statement.of(select(literal(7).label("n")))
SLEEP = Statement.of(select(func.pg_sleep(given("seconds", Integer()))))


def named(dsn: str) -> str:
    return str(make_dsn(dsn, application_name="gateway under test"))


def backends(server: str) -> list[int]:
    rows = ask(
        server, "SELECT pid FROM pg_stat_activity WHERE application_name = 'gateway under test'"
    )
    return [row["pid"] for row in rows]


async def seven(gateway: Gateway) -> bool:
    return await gateway.rows(SEVEN) == [{"n": 7}]


async def works(gateway: Gateway) -> None:
    """As many at once as there are connections, and some more."""
    async with asyncio.timeout(PATIENCE):
        assert all(await asyncio.gather(*(seven(gateway) for _ in range(3 * gateway.size))))
    assert gateway._room._value == gateway.size


async def recovers(gateway: Gateway) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(QueueUnavailable):
                assert await seven(gateway)
                break
            await asyncio.sleep(0.02)
    await works(gateway)


async def fails(gateway: Gateway, calls: int) -> None:
    async with asyncio.timeout(PATIENCE):
        outcomes = await asyncio.gather(
            *(seven(gateway) for _ in range(calls)), return_exceptions=True
        )
    assert [type(outcome) for outcome in outcomes] == [QueueUnavailable] * calls


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def frozen(base: Path) -> Iterator[None]:
    """The server with all its processes is stopped in its tracks."""
    postmaster = server_pid(base)
    os.kill(postmaster, signal.SIGSTOP)
    pids = [postmaster, *children(postmaster)]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(pids):  # the parent last, which would bury the others meanwhile
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextmanager
def gone(base: Path) -> Iterator[None]:
    """The server has shut down, and comes back afterwards."""
    keeper, postmaster = keeper_pid(base), server_pid(base)
    os.kill(keeper, signal.SIGSTOP)  # or it would start another at once
    try:
        os.kill(postmaster, signal.SIGINT)
        wait_until(lambda: not is_alive(postmaster))
        yield
    finally:
        os.kill(keeper, signal.SIGCONT)


async def passes_of_the_loop(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)
