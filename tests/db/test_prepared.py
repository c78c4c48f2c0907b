"""Statements that each connection has planned once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime

import psycopg2
import pytest
from psycopg2.extensions import make_dsn
from sqlalchemy import Integer, Text, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB

from photochanger_adapters.postgres import (
    admission,
    job_statements,
    provider_keys,
    settings_repo,
    slot_repo,
)
from photochanger_adapters.postgres.gateway import Gateway, Lock
from photochanger_adapters.postgres.migrate import upgrade
from photochanger_adapters.postgres.outages import StatementRejected
from photochanger_adapters.postgres.statements import Statement, given
from tests.bench.filling import fill
from tests.databases import ask, empty_database
from tests.embedded_server import embedded_server

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PREPARED = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in (admission, job_statements, provider_keys, settings_repo, slot_repo)
    for name, value in vars(module).items()
    if isinstance(value, Statement) and value.is_prepared
}
TWICE = Statement.of(select((2 * given("n", Integer())).label("n")), is_prepared=True)
KNOWN = Statement.of(select(func.count().label("n")).select_from(text("pg_prepared_statements")))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_server(tmp_path_factory.mktemp("prepared")) as dsn:
        yield dsn


@pytest.fixture
async def gateway(server: str) -> AsyncIterator[Gateway]:
    async with Gateway(dsn=server, size=1) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def filled(server: str) -> Iterator[str]:
    """A database after a long time."""
    with empty_database(server) as dsn:
        asyncio.run(upgrade(dsn))
        fill(dsn, NOW, jobs=20_000, recent=2_000)
        yield dsn


async def test_values_come_back_as_they_went(gateway: Gateway) -> None:
    statement = Statement.of(
        select(
            cast(given("n", Integer()), Integer).label("n"),
            cast(given("t", Text()), Text).label("t"),
            cast(given("j", JSONB()), JSONB).label("j"),
        ).where(literal("100%").op("LIKE")("%0%")),
        is_prepared=True,
    )
    for text_ in ("'; -- %(n)s \\ $1", None):
        values: dict[str, object] = {"n": 3, "t": text_, "j": {"ü": [1, None, "%s"]}}
        assert await gateway.rows(statement, **values) == [values]


async def test_each_is_prepared_once_for_a_connection(gateway: Gateway) -> None:
    for n in range(3):
        assert await gateway.rows(TWICE, n=n) == [{"n": 2 * n}]
        assert await gateway.serialised(Lock.ADMISSION, TWICE, n=n) == [{"n": 2 * n}]

    assert await gateway.rows(KNOWN) == [{"n": 1}]


async def test_one_that_failed_can_be_run_again(gateway: Gateway) -> None:
    halves = Statement.of(select((1 / given("n", Integer())).label("n")), is_prepared=True)
    for _ in range(2):
        with pytest.raises(StatementRejected):
            await gateway.rows(halves, n=0)
    assert await gateway.rows(halves, n=1) == [{"n": 1}]


async def test_another_type_of_a_column_is_found_out(server: str) -> None:
    """As a newer server's migration may bring it about, while this one runs."""
    with empty_database(server) as dsn:
        ask(dsn, "CREATE TABLE thing (n int); INSERT INTO thing VALUES (7)")
        read = Statement.of(select(text("n FROM thing")), is_prepared=True)
        async with Gateway(dsn=dsn, size=1) as gateway:
            assert await gateway.rows(read) == [{"n": 7}]
            ask(dsn, "ALTER TABLE thing ALTER COLUMN n TYPE text")

            with pytest.raises(StatementRejected):
                await gateway.rows(read)
            assert await gateway.rows(read) == [{"n": "7"}]


@pytest.mark.parametrize("name", PREPARED)
def test_whatever_the_values_no_table_of_jobs_is_read_through(filled: str, name: str) -> None:
    """Partial indexes are used though the values are not known to the planner."""
    statement = PREPARED[name]
    preparation, constants = statement.preparation("one")
    generic = make_dsn(filled, options="-c plan_cache_mode=force_generic_plan")
    with closing(psycopg2.connect(generic)) as connection, connection.cursor() as cursor:
        cursor.execute(preparation, constants)
        cursor.execute("EXPLAIN " + statement.execution("one"), Nulls())
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Seq Scan on job_history" not in plan
    assert "Seq Scan on media_object" not in plan


class Nulls(dict[str, None]):
    """No value, by any name."""

    def __missing__(self, name: str) -> None:
        return None
