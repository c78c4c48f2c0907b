"""Migrations: up, down, up again; alone, together, and into trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2

from photochanger_adapters.memory.slot_repo import initial_slots
from photochanger_adapters.postgres import migrate
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.migrate import (
    MigrationError,
    current,
    downgrade,
    migrations,
    upgrade,
)
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_adapters.postgres.tables import METADATA
from photochanger_core.domain.errors import QueueUnavailable
from tests.databases import ask, empty_database
from tests.embedded_server import embedded_server

ALL = [step.version for step in migrations()]
COLUMNS = """
    SELECT c.relname AS "table", a.attname AS "column", a.attnotnull AS required,
        format_type(a.atttypid, a.atttypmod) AS type, nullif(l.collname, 'default') AS collation,
        coalesce(a.attnum = ANY (k.conkey), false) AS key
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
        AND c.relname <> 'schema_migration'
"""
EVERYTHING = """
    SELECT c.relname, c.relkind, pg_get_indexdef(i.indexrelid) AS index
    FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace ORDER BY c.relname
"""

OLD_JOBS = """
    INSERT INTO job_history
    SELECT n::text, 'slot-001', 1, 'ingest', status, 'gemini', now(), now(), now(),
        CASE status WHEN 'done' THEN now() END, 1, NULL, 'x', now(), '', '{}'
    FROM (VALUES (1, 'done'), (2, 'processing')) AS old (n, status)
"""

OLD_JOBS_FOR_STATISTICS = """
    INSERT INTO job_history (job_id, slot_id, slot_version, source, status, provider_id,
        started_at, sync_deadline, expires_at, owner, lease_until, photo_sha256, metadata)
    SELECT n::text, 'slot-001', 1, CASE n WHEN 4 THEN 'ui_test' ELSE 'ingest' END, 'pending',
        'gemini', now(), now(), now(), 'x', now(), '', '{}'
    FROM generate_series(1, 4) AS n;
    INSERT INTO attempt
    SELECT job_id, 1, 'gemini', NULL, now(), 1, NULL, '', '{}'
    FROM job_history WHERE job_id IN ('1', '4')
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_server(tmp_path_factory.mktemp("migrations")) as dsn:
        yield dsn


@pytest.fixture
def dsn(server: str) -> Iterator[str]:
    with empty_database(server) as dsn:
        yield dsn


def folder_of(path: Path, *scripts: str) -> Path:
    for number, script in enumerate(scripts, start=1):
        (path / f"{number:04}_step.up.sql").write_text(script)
        (path / f"{number:04}_step.down.sql").write_text(f"DROP TABLE t{number}")
    return path


async def test_up_down_and_up_again(dsn: str) -> None:
    assert await current(dsn) == 0
    assert await upgrade(dsn) == ALL
    first, slots = ask(dsn, EVERYTHING), ask(dsn, "SELECT * FROM slot ORDER BY id")
    assert await current(dsn) == ALL[-1]

    for version in reversed(ALL):
        assert await downgrade(dsn, version - 1) == [version]
    assert await current(dsn) == 0
    assert {row["relname"] for row in ask(dsn, EVERYTHING)} == {
        "schema_migration",
        "schema_migration_pkey",
    }

    assert await upgrade(dsn) == ALL
    assert ask(dsn, EVERYTHING) == first
    assert ask(dsn, "SELECT * FROM slot ORDER BY id") == slots


async def test_what_is_applied_is_not_applied_again(dsn: str) -> None:
    await upgrade(dsn)

    assert await upgrade(dsn) == []
    assert await downgrade(dsn, ALL[-1]) == []


async def test_servers_that_start_together_apply_once(dsn: str) -> None:
    applied = await asyncio.gather(*(upgrade(dsn) for _ in range(4)))

    assert sorted(applied) == [[], [], [], ALL]


async def test_tables_are_as_the_code_sees_them(dsn: str) -> None:
    await upgrade(dsn)

    assert {(row.pop("table"), row.pop("column")): row for row in ask(dsn, COLUMNS)} == {
        (table.name, column.name): seen(column)
        for table in METADATA.tables.values()
        for column in table.columns
    }


def seen(column: Any) -> dict[str, object]:
    name, _, collation = column.type.compile(PGDialect_psycopg2()).partition(" COLLATE ")  # type: ignore[no-untyped-call] # untyped upstream
    return {
        "required": not column.nullable,
        "type": name.lower(),
        "collation": collation.strip('"') or None,
        "key": column.primary_key,
    }


async def test_slots_are_those_of_the_fake_and_are_in_the_history(dsn: str) -> None:
    await upgrade(dsn)
    async with Gateway(dsn=dsn) as gateway:
        slots = await PgSlotRepo(gateway).all()

    assert tuple(slots) == initial_slots()
    history = ask(dsn, "SELECT * FROM slot_history ORDER BY slot_id")
    assert [(row["slot_id"], row["version"]) for row in history] == [
        (slot.slot_id, 1) for slot in slots
    ]
    assert history[0]["snapshot"]["settings_json"] == dict(slots[0].settings)
    assert "ingest_password_hash" not in history[0]["snapshot"]


async def test_what_there_was_stays_on_the_way_up_and_down(dsn: str) -> None:
    await upgrade(dsn)
    await downgrade(dsn, 1)
    ask(dsn, OLD_JOBS)
    before = ask(dsn, "SELECT * FROM job_history ORDER BY job_id")
    await upgrade(dsn)
    after = ask(dsn, "SELECT * FROM job_history ORDER BY job_id")

    new = dict.fromkeys(("idempotency_key", "ticket", "line", "arrived_at", "correlation_id"))
    flags = {"joined": False, "is_degraded": False, "is_late": False}
    assert after == [row | new | flags for row in before]
    async with Gateway(dsn=dsn) as gateway:
        [one] = await PgJobRepo(gateway).running()
        assert (one.status, one.ticket) == ("processing", None)
    await downgrade(dsn, 1)
    assert ask(dsn, "SELECT * FROM job_history ORDER BY job_id") == before


async def test_what_there_was_is_in_the_statistics(dsn: str) -> None:
    await upgrade(dsn)
    await downgrade(dsn, 3)
    ask(dsn, OLD_JOBS_FOR_STATISTICS)
    await upgrade(dsn)

    assert ask(dsn, "SELECT * FROM job_total ORDER BY source") == [
        {"source": "ingest", "jobs": 3},
        {"source": "ui_test", "jobs": 1},
    ]
    assert ask(dsn, "SELECT job_id, source FROM attempt ORDER BY job_id") == [
        {"job_id": "1", "source": "ingest"},
        {"job_id": "4", "source": "ui_test"},
    ]


async def test_a_server_of_the_version_before_goes_on_adding_attempts(dsn: str) -> None:
    await upgrade(dsn)
    ask(dsn, OLD_JOBS_FOR_STATISTICS)

    assert ask(dsn, "SELECT DISTINCT source FROM attempt") == [{"source": "ingest"}]


async def test_a_failing_migration_leaves_nothing_behind(dsn: str, tmp_path: Path) -> None:
    broken = folder_of(tmp_path, "CREATE TABLE t1 ()", "CREATE TABLE t2 (); CREATE TABLE t1 ()")

    with pytest.raises(MigrationError, match=r"migration 2 failed: .*t1.* already exists"):
        await upgrade(dsn, broken)

    assert await current(dsn) == 1
    [row] = ask(dsn, "SELECT to_regclass('t1') AS first, to_regclass('t2') AS second")
    assert row == {"first": "t1", "second": None}


async def test_a_database_newer_than_the_program_is_left_alone(dsn: str, tmp_path: Path) -> None:
    await upgrade(dsn, folder_of(tmp_path, *["SELECT 1"] * (len(ALL) + 1)))

    for change in (upgrade(dsn), downgrade(dsn, 0)):
        with pytest.raises(MigrationError, match=f"at version {len(ALL) + 1}.*knows {len(ALL)}"):
            await change
    assert await current(dsn) == len(ALL) + 1


@pytest.mark.parametrize("version", [-1, len(ALL) + 1])
async def test_there_is_no_way_to_a_version_that_is_not(dsn: str, version: int) -> None:
    with pytest.raises(MigrationError, match="no version"):
        await downgrade(dsn, version)


def test_migrations_have_no_gaps(tmp_path: Path) -> None:
    with pytest.raises(MigrationError):
        migrations(tmp_path)

    folder_of(tmp_path, "", "", "")
    (tmp_path / "0002_step.up.sql").unlink()
    with pytest.raises(MigrationError):
        migrations(tmp_path)


def test_an_installation_brings_its_migrations_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_INSTALLED", folder_of(tmp_path, "SELECT 1"))

    assert [step.name for step in migrations()] == ["step"]


async def test_without_a_database_there_is_nothing_to_migrate() -> None:
    with pytest.raises(QueueUnavailable):
        await upgrade("postgresql://someone@127.0.0.1:9/nothing")
