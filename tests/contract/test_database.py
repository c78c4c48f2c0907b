"""What every `DatabasePort` says of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from photochanger_adapters.memory.database import MemoryDatabase
from photochanger_adapters.postgres.database import PgDatabase
from photochanger_adapters.system.clock import SystemClock
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.ports.database import DatabasePort
from tests.databases import ask

NOBODY = "host=127.0.0.1 port=1 dbname=none"


@pytest.fixture
def database(real: str | None) -> DatabasePort:
    return PgDatabase(real) if real else MemoryDatabase(clock=SystemClock())


@pytest.fixture
def away(real: str | None) -> DatabasePort:
    if real:
        return PgDatabase(NOBODY)
    return MemoryDatabase(clock=SystemClock(), failing=QueueUnavailable("refused"))


async def test_one_that_is_up_to_date_says_so(database: DatabasePort) -> None:
    facts = await database.facts()
    assert facts.tables == facts.newest_tables > 0
    assert facts.is_supported
    assert facts.release.startswith("18.")
    assert abs(facts.now - datetime.now(UTC)) < timedelta(minutes=1)


async def test_one_that_is_away_raises(away: DatabasePort) -> None:
    with pytest.raises(QueueUnavailable):
        await away.facts()


async def test_migrations_that_are_missing_show(dsn: str) -> None:
    [last] = ask(dsn, "SELECT * FROM schema_migration ORDER BY version DESC LIMIT 1")
    ask(dsn, "DELETE FROM schema_migration WHERE version = %(version)s", last)
    try:
        facts = await PgDatabase(dsn).facts()
    finally:
        ask(
            dsn,
            "INSERT INTO schema_migration VALUES (%(version)s, %(name)s, %(applied_at)s)",
            last,
        )
    assert facts.tables == facts.newest_tables - 1
