"""Whether the embedded PostgreSQL answers, asked in a way that cannot hang."""

from __future__ import annotations

import select
import time
from contextlib import closing

import psycopg2
from psycopg2.extensions import POLL_OK, POLL_READ, connection, cursor, make_dsn

from photochanger_adapters.postgres.embedded.cluster import ACCOUNT, Layout
from photochanger_adapters.postgres.embedded.leftovers import cluster_name

DATABASE = "photochanger"
PROBE_SECONDS = 2.0
"""A server that is stopped (SIGSTOP) accepts connections and then says nothing."""


def connection_string(layout: Layout) -> str | None:
    """Give the connection string of the database, which is made if missing, once it can be used.

    None means that the server does not answer (yet).
    """
    try:
        parameters = {
            "host": "127.0.0.1",
            "port": int(layout.port.read_text()),
            "user": ACCOUNT,
            "password": layout.password.read_text(),
            "sslmode": "disable",
            "gssencmode": "disable",
            "require_auth": "scram-sha-256",  # never hand the password to whoever has the port
        }
        _ensure_database(make_dsn(dbname="postgres", **parameters), cluster_name(layout.data))
    except (OSError, ValueError, psycopg2.Error):
        return None
    return str(make_dsn(dbname=DATABASE, **parameters))


def _ensure_database(dsn: str, name: str) -> None:
    """Create the database unless it is there.

    Raises:
        TimeoutError: No answer within PROBE_SECONDS.
        ConnectionRefusedError: It is the server of another data directory: of a copy of this one,
            or of what this one is a copy of. Ours will have another port.
        psycopg2.Error: No server, not yet a server, or somebody else is creating the database.
    """
    deadline = time.monotonic() + PROBE_SECONDS
    with closing(psycopg2.connect(dsn, async_=True)) as server:
        _settle(server, deadline)
        asked = server.cursor()
        _execute(asked, "SHOW cluster_name", deadline)
        if asked.fetchone() != (name,):
            raise ConnectionRefusedError
        _execute(asked, f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'", deadline)  # noqa: S608  a constant
        if asked.fetchone() is None:
            _execute(asked, f"CREATE DATABASE {DATABASE}", deadline)


def _execute(asked: cursor, statement: str, deadline: float) -> None:
    asked.execute(statement)
    _settle(asked.connection, deadline)


def _settle(server: connection, deadline: float) -> None:
    """Wait until the connection has done what it was asked to."""
    while (state := server.poll()) != POLL_OK:
        waiting = select.poll()
        waiting.register(server, select.POLLIN if state == POLL_READ else select.POLLOUT)
        if not waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
