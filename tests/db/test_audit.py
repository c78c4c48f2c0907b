"""The record is found by whatever it is looked through by, however long it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from photochanger_adapters.postgres.audit import READ
from photochanger_adapters.postgres.migrate import upgrade
from tests.databases import ask, empty_database
from tests.embedded_server import embedded_server

ENTRIES = """
    INSERT INTO audit (at, actor, action, subject, details)
    SELECT now() + n * interval '1 s', 'serg', 'result_deleted', 'job-' || n,
        jsonb_build_object('slot_id', 'slot-00' || n % 9)
    FROM generate_series(1, 20000) AS n
"""
ALL = {"subject": None, "actor": None, "before": None, "limit": 51}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_server(tmp_path_factory.mktemp("audit")) as dsn:
        yield dsn


async def test_whoever_has_done_nothing_is_not_looked_for_everywhere(server: str) -> None:
    with empty_database(server) as dsn:
        await upgrade(dsn)
        ask(dsn, ENTRIES)
        ask(dsn, "ANALYZE audit")
        for name, value in {"actor": "igor", "subject": "x", "slot_id": "slot-015"}.items():
            read = READ[name == "slot_id"]
            told = ask(dsn, f"EXPLAIN {read.text}", read.parameters({**ALL, name: value}))
            plan = "\n".join(row["QUERY PLAN"] for row in told)
            assert "Seq Scan" not in plan, plan
            assert "audit_pkey" not in plan, plan
