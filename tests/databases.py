"""Databases for tests: empty ones, and one as after installing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any
from uuid import uuid4

import psycopg2
from psycopg2.extensions import make_dsn
from psycopg2.extras import RealDictCursor

_KEEP = """
    CREATE TABLE slot_at_first AS TABLE slot;
    CREATE TABLE slot_history_at_first AS TABLE slot_history;
"""
_RESET = """
    DELETE FROM slot_template_media;
    DELETE FROM media_object; DELETE FROM job_history; DELETE FROM settings;
    DELETE FROM login_failure; DELETE FROM revoked_token; DELETE FROM token_generation;
    DELETE FROM gallery_link;
    DELETE FROM cleanup_run; DELETE FROM provider_secret; DELETE FROM audit;
    ALTER TABLE audit ALTER COLUMN id RESTART;
    ALTER SEQUENCE turn_ticket RESTART;
    DELETE FROM slot_history; DELETE FROM slot;
    INSERT INTO slot TABLE slot_at_first;
    INSERT INTO slot_history TABLE slot_history_at_first;
"""


def ask(dsn: str, statement: str, parameters: Mapping[str, Any] | None = None) -> list[Any]:
    """Run a statement past everything that is tested, and return its rows."""
    with closing(psycopg2.connect(dsn, options="-c timezone=UTC")) as connection:
        connection.autocommit = True
        with connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute(statement, parameters)
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """A new database of *server*; gone afterwards."""
    name = f"test_{uuid4().hex}"
    ask(server, f"CREATE DATABASE {name}")
    try:
        yield make_dsn(server, dbname=name)
    finally:
        ask(server, f"DROP DATABASE {name} WITH (FORCE)")


def keep_first_state(dsn: str) -> None:
    """Remember what a migrated database holds now, for `reset`."""
    ask(dsn, _KEEP)


def reset(dsn: str) -> None:
    """Bring a database back to its first state; a tenth of the time of making another."""
    ask(dsn, _RESET)
