"""The gateway with a server that works, and with callers that do not wait."""

from __future__ import annotations

import asyncio
import random
import traceback
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import make_dsn, parse_dsn
from sqlalchemy import Integer, Text, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB

from photochanger_adapters.postgres.all_rows import PgAllRows
from photochanger_adapters.postgres.gateway import Gateway, Lock
from photochanger_adapters.postgres.load import PgLoad
from photochanger_adapters.postgres.outages import StatementRejected
from photochanger_adapters.postgres.session import session
from photochanger_adapters.postgres.statements import Statement, given
from photochanger_core.domain.archive import RestoreRefused
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.domain.service_state import Strain
from tests.archives import manifest_of
from tests.databases import ask
from tests.embedded_server import embedded_server
from tests.gateways import (
    PATIENCE,
    SEVEN,
    SLEEP,
    backends,
    named,
    recovers,
    seven,
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


@pytest.fixture
async def patient(server: str) -> AsyncIterator[Gateway]:
    """One that waits for locks for as long as a busy machine may need."""
    timeout_ms = round(2 * PATIENCE * 1000)
    async with Gateway(dsn=named(server), statement_timeout_ms=timeout_ms, size=3) as gateway:
        yield gateway


async def begin_to_restore(server: str) -> None:
    async with PgAllRows(server).replacement(manifest_of({}), force=True):
        pass


async def test_values_come_back_as_they_went(gateway: Gateway) -> None:
    statement = Statement.of(
        select(given("n", Integer()).label("n"), given("t", Text()).label("t"))
        .add_columns(given("j", JSONB()).label("j"))
        .where(literal("100%").op("LIKE")("%0%"))
    )
    values: dict[str, object] = {"n": 3, "t": "'; -- %(n)s \\", "j": {"ü": [1, None, "%s"]}}

    assert await gateway.rows(statement, **values) == [values]


async def test_values_that_do_not_fit_the_statement_are_a_bug(gateway: Gateway) -> None:
    for values in ({}, {"seconds": 0, "minutes": 0}):
        with pytest.raises(TypeError):
            await gateway.rows(SLEEP, **values)


async def test_sessions_are_set_up(gateway: Gateway) -> None:
    names = ["timezone", "statement_timeout", "lock_timeout", "client_connection_check_interval"]
    statement = Statement.of(select(*(func.current_setting(name).label(name) for name in names)))

    [row] = await gateway.rows(statement)
    assert dict(row) == dict(zip(names, ["UTC", "1s", "500ms", "1s"], strict=True))


@pytest.mark.parametrize("form", ["postgresql://{user}:{password}@localhost:{port}/{dbname}", ""])
async def test_localhost_works(server: str, form: str) -> None:
    dsn = form.format(**parse_dsn(server)) or make_dsn(server, host="localhost")
    async with Gateway(dsn=dsn) as gateway:
        await works(gateway)


async def test_every_address_is_tried(server: str) -> None:
    port = parse_dsn(server)["port"]
    for hosts, ports in (("localhost,127.0.0.1", f"9,{port}"), ("127.0.0.1,localhost", port)):
        async with Gateway(dsn=make_dsn(server, host=hosts, port=ports)) as gateway:
            await works(gateway)


async def test_a_bug_is_not_an_outage(gateway: Gateway) -> None:
    with pytest.raises(StatementRejected, match="UndefinedTable"):
        await gateway.rows(Statement.of(text("SELECT FROM nowhere")))
    with pytest.raises(StatementRejected, match="DivisionByZero"):
        await gateway.rows(Statement.of(select(literal(1) / literal(0))))
    with pytest.raises(StatementRejected, match="ProgrammingError: refused by the driver"):
        await gateway.rows(Statement.of(select(given("t", Text()))), t=object())
    await works(gateway)


async def test_a_refusal_does_not_quote_the_row(server: str, gateway: Gateway) -> None:
    ask(server, "CREATE TABLE once (t text PRIMARY KEY)")
    statement = Statement.of(
        text("INSERT INTO once VALUES (:given_t)").bindparams(given("t", Text()))
    )
    guest = "".join(["s3", "cret"])  # tracebacks show this source, too
    await gateway.rows(statement, t=guest)
    with pytest.raises(StatementRejected, match="UniqueViolation") as caught:
        await gateway.rows(statement, t=guest)

    assert guest not in "".join(traceback.format_exception(caught.value))


async def test_an_outage_is_told_without_what_the_server_adds(gateway: Gateway) -> None:
    secret = "".join(["s3", "cret"])
    full = text(
        f"DO $$ BEGIN RAISE 'no room' USING ERRCODE = 'disk_full', DETAIL = '{secret}'; END $$"
    )
    with pytest.raises(QueueUnavailable, match="DiskFull: no room") as caught:
        await gateway.rows(Statement.of(full))
    assert secret not in "".join(traceback.format_exception(caught.value))


async def test_a_value_that_is_nested_too_deep_is_no_outage(gateway: Gateway) -> None:
    deep = text("SELECT CAST(:given_t AS json)").bindparams(given("t", Text()))
    secret = "".join(["s3", "cret"])
    with pytest.raises(StatementRejected, match="StatementTooComplex") as caught:
        await gateway.rows(Statement.of(deep), t=f'["{secret}",' + "[" * 100_000)
    assert secret not in "".join(traceback.format_exception(caught.value))


async def test_a_statement_that_takes_too_long_is_given_up(gateway: Gateway) -> None:
    with pytest.raises(QueueUnavailable):
        await gateway.rows(SLEEP, seconds=60)
    await works(gateway)


async def test_a_statement_ended_by_the_server_does_not_look_like_a_cancellation(
    gateway: Gateway,
) -> None:
    suicide = Statement.of(select(func.pg_cancel_backend(func.pg_backend_pid()), func.pg_sleep(5)))
    with pytest.raises(QueueUnavailable, match="ended the statement"):
        await gateway.rows(suicide)
    await works(gateway)


async def test_that_holds_in_a_task_that_was_cancelled_before(gateway: Gateway) -> None:
    """Whoever closes a job in a cancelled task still learns that the database is away."""
    begun = asyncio.Event()

    async def clean_up() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            suicide = select(func.pg_cancel_backend(func.pg_backend_pid()), func.pg_sleep(5))
            await gateway.rows(Statement.of(suicide))

    task = asyncio.create_task(clean_up())
    await begun.wait()
    task.cancel()
    with pytest.raises(QueueUnavailable):
        await task


async def test_a_lock_that_others_hold_too_long_is_given_up(gateway: Gateway, server: str) -> None:
    async with session(server, seconds=PATIENCE) as other:
        await other.run(f"SELECT pg_advisory_lock({Lock.ADMISSION:d})")
        with pytest.raises(QueueUnavailable):
            await gateway.serialised(Lock.ADMISSION, SEVEN)

    assert await gateway.serialised(Lock.ADMISSION, SEVEN) == [{"n": 7}]
    await works(gateway)


async def test_nobody_restores_while_a_connection_is_open(gateway: Gateway, server: str) -> None:
    await works(gateway)
    with pytest.raises(RestoreRefused):
        await begin_to_restore(server)


async def test_no_connection_is_opened_while_somebody_restores(
    gateway: Gateway, server: str
) -> None:
    await works(gateway)
    cut = backends(server)
    async with session(server, seconds=PATIENCE) as other:
        for pid in cut:
            await other.run("SELECT pg_terminate_backend(%(pid)s, 10000)", {"pid": pid})
        await other.run(f"SELECT pg_advisory_lock({Lock.USE:d})")
        for _ in range(2 * gateway.size):
            with pytest.raises(QueueUnavailable):
                await seven(gateway)
        with pytest.raises(QueueUnavailable, match="being restored"):
            await gateway.serialised(Lock.ADMISSION, SEVEN)
        async with Gateway(dsn=server, shares_use=False) as its_own:
            await works(its_own)

    await recovers(gateway)


async def test_whoever_waits_for_a_lock_leaves_connections_to_others(
    patient: Gateway, server: str
) -> None:
    async with session(server, seconds=PATIENCE) as other:
        await other.run(f"SELECT pg_advisory_lock({Lock.LOGIN:d})")
        waiting = [
            asyncio.create_task(patient.serialised(Lock.LOGIN, SEVEN)) for _ in range(patient.size)
        ]
        while not backends(server):
            await asyncio.sleep(0.01)
        assert patient._room._value == patient.size - 1
        assert await patient.serialised(Lock.ADMISSION, SEVEN) == [{"n": 7}]
        assert not any(task.done() for task in waiting)

        await other.run(f"SELECT pg_advisory_unlock({Lock.LOGIN:d})")
        assert await asyncio.gather(*waiting) == [[{"n": 7}]] * patient.size
    await works(patient)


async def test_a_caller_who_leaves_the_line_holds_nobody_up(patient: Gateway, server: str) -> None:
    async with session(server, seconds=PATIENCE) as other:
        await other.run(f"SELECT pg_advisory_lock({Lock.LOGIN:d})")
        first, second, third = (
            asyncio.create_task(patient.serialised(Lock.LOGIN, SEVEN)) for _ in range(3)
        )
        while not backends(server):
            await asyncio.sleep(0.01)
        first.cancel()
        second.cancel()
        await other.run(f"SELECT pg_advisory_unlock({Lock.LOGIN:d})")

        assert await third == [{"n": 7}]
        outcomes = await asyncio.gather(first, second, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}
    await works(patient)


async def test_a_cancelled_caller_leaves_a_healthy_pool(gateway: Gateway, server: str) -> None:
    tasks = [asyncio.create_task(gateway.rows(SLEEP, seconds=60)) for _ in range(5)]
    while len(backends(server)) < gateway.size:
        await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}
    await works(gateway)


async def test_cancellation_at_any_moment_leaks_nothing(gateway: Gateway, server: str) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret

    async def impatient() -> None:
        with suppress(TimeoutError, QueueUnavailable):
            async with asyncio.timeout(chance.choice([0, 0.0003, 0.001, 0.01, 0.05])):
                await gateway.rows(SLEEP, seconds=0)

    for _ in range(20):
        await asyncio.gather(*(impatient() for _ in range(20)))

    await works(gateway)
    async with asyncio.timeout(PATIENCE):
        while len(backends(server)) > gateway.size:  # the closed ones take a moment to end
            await asyncio.sleep(0.01)


async def test_a_gateway_leaves_no_connection_behind(server: str) -> None:
    async with Gateway(dsn=named(server), size=3) as gateway:
        await works(gateway)
        late: Coroutine[Any, Any, bool] = seven(gateway)
    assert await late

    async with asyncio.timeout(PATIENCE):
        while backends(server):
            await asyncio.sleep(0.01)


async def test_how_busy_the_connections_are_is_told(gateway: Gateway) -> None:
    load = PgLoad(gateway)
    most = gateway.size
    idle = {
        Strain.CONNECTIONS_BUSY: 0,
        Strain.CONNECTIONS_MOST: most,
        Strain.CONNECTION_WAITERS: 0,
    }
    assert load.now() == idle

    asking = [asyncio.create_task(seven(gateway)) for _ in range(most + 2)]
    await asyncio.sleep(0)
    assert load.now() == {
        **idle,
        Strain.CONNECTIONS_BUSY: most,
        Strain.CONNECTION_WAITERS: 2,
    }
    assert all(await asyncio.gather(*asking))
    assert load.now() == idle
