"""A database as after months of service."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tests.databases import ask

ALL_TABLES: Final = ("job_history", "attempt", "media_object")
_JOBS: Final = Path(__file__).with_name("jobs.sql")
_DEEDS: Final = """
    INSERT INTO audit (at, actor, action, subject, address, details)
    SELECT
        %(now)s - (%(deeds)s - n) * interval '2 min',
        CASE WHEN n %% 7 = 0 THEN 'igor' ELSE 'serg' END,
        CASE WHEN n %% 3 = 0 THEN 'logged_in' ELSE 'slot_changed' END,
        CASE WHEN n %% 3 = 0 THEN 'serg' ELSE slot END,
        '192.0.2.7',
        CASE
            WHEN n %% 3 = 0 THEN '{}'::jsonb
            ELSE jsonb_build_object('slot_id', slot, 'version', n, 'changed', jsonb_build_array())
        END
    FROM
        generate_series(1, %(deeds)s) AS n,
        LATERAL (SELECT 'slot-' || lpad((1 + n %% 15)::text, 3, '0')) AS one (slot)
"""


def fill(dsn: str, now: datetime, jobs: int, recent: int) -> None:
    """Make jobs: the older ones vacuumed, the recent ones changed once after they came."""
    statement = _JOBS.read_text("utf-8")
    values = {"now": now, "all": jobs, "recent": recent}
    for table in ALL_TABLES:
        ask(dsn, f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    ask(dsn, statement, values | {"first": 1, "last": jobs - recent})
    ask(dsn, "VACUUM ANALYZE")
    ask(dsn, statement, values | {"first": jobs - recent + 1, "last": jobs})
    since = {"since": now - timedelta(hours=72)}
    ask(dsn, "UPDATE job_history SET lease_until = now() WHERE started_at > %(since)s", since)


def fill_record(dsn: str, now: datetime, deeds: int) -> None:
    """Note so many deeds of administrators, one every two minutes up to *now*."""
    ask(dsn, _DEEDS, {"now": now, "deeds": deeds})
