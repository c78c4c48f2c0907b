"""Statements that each connection has planned once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import Any

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
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.migrate import upgrade
from photochanger_adapters.postgres.outages import StatementRejected
from photochanger_adapters.postgres.statements import Statement, given
from photochanger_core.domain.ids import SLOT_IDS
from tests.bench.filling import ALL_TABLES, fill
from tests.contract.samples import DEDUPE, PLENTY, job
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
PLANS = Statement.of(select(text("generic_plans, custom_plans FROM pg_prepared_statements")))
PID = Statement.of(select(func.pg_backend_pid().label("pid")))
Way = tuple[str, frozenset[str]]
FEW: set[Way] = {
    ("job_history_pkey", frozenset({"job_id"})),
    ("job_history_running", frozenset()),
    ("job_history_lines", frozenset({"line"})),
    ("job_history_by_slot", frozenset({"slot_id", "started_at"})),
    ("job_history_by_key", frozenset({"slot_id", "idempotency_key"})),
    ("job_history_by_photo", frozenset({"slot_id", "photo_sha256"})),
    ("media_object_result", frozenset({"job_id"})),
}
"""Running jobs are few, as are those in lines; of a slot's, those since midnight are counted."""


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


async def test_each_connection_is_replaced_once_its_plans_may_be_of_another_time(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    time, [first] = loop.time, await gateway.rows(PID)
    with monkeypatch.context() as later:
        later.setattr(loop, "time", lambda: time() + 300)
        assert await gateway.rows(PID) == [first]
        later.setattr(loop, "time", lambda: time() + 601)
        assert await gateway.rows(PID) == [first]
        [second] = await gateway.rows(PID)

        assert second != first
        assert await gateway.rows(PID) == [second]


@pytest.mark.parametrize("is_serialised", [False, True])
async def test_another_type_of_a_column_is_found_out(server: str, is_serialised: bool) -> None:
    """As a newer server's migration may bring it about, while this one runs."""
    with empty_database(server) as dsn:
        ask(dsn, "CREATE TABLE thing (n int); INSERT INTO thing VALUES (7)")
        read = Statement.of(select(text("n FROM thing")), is_prepared=True)
        async with Gateway(dsn=dsn, size=1) as gateway:
            run = partial(gateway.serialised, Lock.ADMISSION) if is_serialised else gateway.rows
            assert await run(TWICE, n=1) == [{"n": 2}]
            assert await run(read) == [{"n": 7}]
            [first] = await gateway.rows(PID)
            for kind, n in (("text", "7"), ("int", 7)):
                ask(dsn, f"ALTER TABLE thing ALTER COLUMN n TYPE {kind} USING n::{kind}")
                assert await run(read) == [{"n": n}]
                assert await run(read) == [{"n": n}]
                assert await run(TWICE, n=1) == [{"n": 2}]
            assert await gateway.rows(PID) == [first]


async def test_what_the_server_does_not_support_is_refused(gateway: Gateway) -> None:
    """It is the error of a changed type, too."""
    locked = select(text("DISTINCT 1 FOR UPDATE"))
    with pytest.raises(StatementRejected, match="FeatureNotSupported"):
        await gateway.rows(Statement.of(locked, is_prepared=True))


@pytest.mark.parametrize("name", PREPARED)
def test_whatever_the_values_few_jobs_are_read(filled: str, name: str) -> None:
    """Partial indexes are used though the values are not known to the planner."""
    statement = PREPARED[name]
    preparation, constants = statement.preparation("one")
    generic = make_dsn(filled, options="-c plan_cache_mode=force_generic_plan")
    with closing(psycopg2.connect(generic)) as connection, connection.cursor() as cursor:
        cursor.execute(preparation, constants)
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement.execution("one"), Nulls())
        [[[explained]]] = cursor.fetchall()

    assert set(ways(explained["Plan"])) <= FEW


def ways(node: Mapping[str, Any]) -> Iterator[Way]:
    """How a plan finds rows of the large tables: an index, and what is looked up in it."""
    index = node.get("Index Name", "")
    looked_up = frozenset(re.findall(r"\((\w+) [=<>]", node.get("Index Cond", "")))
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in ALL_TABLES:
        yield node["Relation Name"], looked_up
    elif index.startswith(ALL_TABLES):
        yield index, looked_up
    for each in node.get("Plans", ()):
        yield from ways(each)


async def test_plans_are_made_once_whatever_there_is(filled: str) -> None:
    """Not anew each time, because a plan for these values looks cheaper than one for all."""
    async with Gateway(dsn=filled, size=1) as gateway:
        jobs = PgJobRepo(gateway)
        await jobs.check_room(SLOT_IDS[0], PLENTY, now=NOW, key=None)
        await jobs.admit(job(1), PLENTY, dedupe=None)
        await jobs.admit(job(2, photo_sha256="2"), PLENTY, dedupe=DEDUPE)
        await jobs.admit(job(3, idempotency_key="3"), PLENTY, dedupe=DEDUPE)

        plans = await gateway.rows(PLANS)
    assert plans == [{"generic_plans": 1, "custom_plans": 0}] * 4


class Nulls(dict[str, None]):
    """No value, by any name."""

    def __missing__(self, name: str) -> None:
        return None
