"""Whether a backup holds everything, and fits into what migrations make, now and before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from photochanger_adapters.postgres import migrate
from photochanger_adapters.postgres.all_rows import PgAllRows
from photochanger_adapters.postgres.archived_tables import ARCHIVED, LEFT_OUT, SEQUENCES
from photochanger_adapters.postgres.tables import METADATA
from photochanger_core.domain.archive import ArchiveDamaged, RestoreRefused
from tests.archives import NOON, Row, job_row, manifest_of, parts_of, slot_row
from tests.contract.samples import job_id
from tests.databases import ask, empty_database
from tests.embedded_server import embedded_server

REFERENCES = """
    SELECT conrelid::regclass::text AS "from", confrelid::regclass::text AS "to"
    FROM pg_constraint WHERE contype = 'f'
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_server(tmp_path_factory.mktemp("archived")) as dsn:
        yield dsn


@pytest.fixture
def dsn(server: str) -> Iterator[str]:
    with empty_database(server) as dsn:
        asyncio.run(migrate.upgrade(dsn))
        yield dsn


def test_every_table_is_archived_or_left_out_for_a_reason() -> None:
    assert {*ARCHIVED} | LEFT_OUT.keys() == {*METADATA.tables.values()}
    assert all(LEFT_OUT.values())
    assert not {*ARCHIVED} & LEFT_OUT.keys()


def test_tables_come_after_those_they_refer_to_and_no_sequence_is_forgotten(dsn: str) -> None:
    order = [table.name for table in ARCHIVED]
    references = ask(dsn, REFERENCES)
    assert references
    assert [one for one in references if order.index(one["from"]) <= order.index(one["to"])] == []
    sequences = ask(dsn, "SELECT sequencename AS name FROM pg_sequences")
    assert {row["name"] for row in sequences} <= SEQUENCES
    tables = ask(dsn, "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    assert {row["name"] for row in tables} == {*METADATA.tables, "schema_migration"}


async def test_numbers_go_on_where_they_were(dsn: str) -> None:
    ask(
        dsn,
        "SELECT setval('turn_ticket', 41); "
        "INSERT INTO audit (at, actor, action, subject, details) "
        "SELECT now(), 'serg', 'x', 'y', '{}' FROM generate_series(1, 7)",
    )
    rows = PgAllRows(dsn)
    async with rows.snapshot(NOON) as snapshot:
        manifest, parts = snapshot.manifest, [part async for part in snapshot.rows()]
    assert manifest.sequences == {"audit_id_seq": 7, "turn_ticket": 41}
    async with rows.replacement(manifest, force=True) as new:
        for part in parts:
            await new.load(part)
        await new.commit()
    [ticket] = ask(dsn, "SELECT nextval('turn_ticket') AS number")
    [entry] = ask(
        dsn,
        "INSERT INTO audit (at, actor, action, subject, details) "
        "VALUES (now(), 'serg', 'x', 'y', '{}') RETURNING id",
    )
    assert (ticket["number"], entry["id"]) == (42, 8)


async def test_rows_of_an_older_version_go_the_way_of_its_migrations(dsn: str) -> None:
    attempt: Row = {
        "job_id": job_id(1),
        "number": "1",
        "provider_id": "gemini",
        "started_at": "2026-11-21 11:00:01+00",
        "usage": "{}",
    }
    tables = {
        "slot": [slot_row()],
        "job_history": [job_row(1, source="ui_test")],
        "attempt": [attempt],
    }
    async with PgAllRows(dsn).replacement(
        manifest_of(tables, schema_version=2), force=False
    ) as new:
        for part in parts_of(tables):
            await new.load(part)
        await new.commit()
    assert await migrate.current(dsn) == len(migrate.migrations())
    assert ask(dsn, "SELECT arrived_at, correlation_id FROM job_history") == [
        {"arrived_at": None, "correlation_id": None}
    ]
    assert ask(dsn, "SELECT source, quota_left FROM attempt") == [
        {"source": "ui_test", "quota_left": {}}
    ]
    assert ask(dsn, "SELECT * FROM job_total ORDER BY source") == [
        {"source": "ingest", "jobs": 0},
        {"source": "ui_test", "jobs": 1},
    ]


async def test_names_of_requests_that_are_none_are_damage(dsn: str) -> None:
    for name in ("", "x" * 65, "a b"):
        tables = {"slot": [slot_row()], "job_history": [job_row(1, correlation_id=name)]}
        async with PgAllRows(dsn).replacement(manifest_of(tables), force=False) as new:
            await new.load(parts_of(tables)[0])
            with pytest.raises(ArchiveDamaged, match="job_history"):
                await new.load(parts_of(tables)[1])


async def test_tables_that_somebody_has_added_to_are_left_as_they_are(dsn: str) -> None:
    ask(dsn, "CREATE VIEW mine AS SELECT * FROM slot")
    tables = {"slot": [slot_row()]}
    with pytest.raises(RestoreRefused, match="cannot be made anew"):
        async with PgAllRows(dsn).replacement(manifest_of(tables), force=False):
            pass
    assert ask(dsn, "SELECT count(*) AS slots FROM mine") == [{"slots": 15}]
