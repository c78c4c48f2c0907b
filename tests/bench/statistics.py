"""How long an administrator waits for figures, and which indexes they come from.

``python -m tests.bench.statistics [--jobs N] [--recent N] [--rounds N]`` fills an embedded
PostgreSQL with jobs, of which the recent ones lie in the 72 hours before now, asks a server over
HTTP, and prints what it took: first while nothing of those hours has been vacuumed, then after.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import re
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import structlog
from aiohttp import ClientSession
from attrs import evolve

from photochanger_adapters.memory.account_repo import MemoryAccountRepo
from photochanger_adapters.memory.ports import memory_ports
from photochanger_adapters.memory.tokens import MemoryTokens
from photochanger_adapters.postgres import stats_statements as figures
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_list import PgJobList, page_statement
from photochanger_adapters.postgres.migrate import upgrade
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_adapters.postgres.statements import Statement
from photochanger_adapters.postgres.stats import PgStatsRepo
from photochanger_adapters.system.clock import SystemClock
from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Account, Scope
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.job import JobStatus
from photochanger_core.ports.tokens import Claims
from photochanger_web.app import create_app
from photochanger_web.config import WebConfig
from photochanger_web.server import serving
from tests.databases import ask
from tests.embedded_server import embedded_server

ALL_TABLES: Final = ("job_history", "attempt", "media_object")
WINDOW: Final = "window_minutes=4320"
PATHS: Final = (
    f"/api/stats/overview?{WINDOW}",
    f"/api/stats/slots?{WINDOW}",
    f"/api/stats/slots/slot-007?{WINDOW}",
    f"/api/stats/system?{WINDOW}",
    f"/api/stats/export.csv?{WINDOW}",
    "/api/stats/overview",
    "/api/stats/system",
    f"/statistics?{WINDOW}",
    f"/statistics?{WINDOW}&slot=slot-007",
    "/statistics",
    "/api/jobs?limit=100",
    "/api/jobs?limit=100&slot_id=slot-007",
    "/api/jobs?limit=100&status=failed",
    "/api/jobs?limit=100&status=cancelled&slot_id=slot-007",
    "/api/jobs?limit=100&status=processing",
    "/api/jobs?limit=100&source=ui_test",
)


Plan = tuple[str, Statement, Mapping[str, Any]]
"""A statement with its name, and values for it."""


def plans(now: datetime) -> Iterator[Plan]:
    """Yield what is said to the database, by name, with values of the longest window."""
    bounds = {"since": now - timedelta(hours=72), "until": now}
    step = {"step": timedelta(hours=1)}
    every = {"slots": list(SLOT_IDS)}
    yield "tallies", figures.TALLIES, bounds | every
    yield "series", figures.SERIES, bounds | every | step
    yield "series of one slot", figures.SERIES, bounds | step | {"slots": ["slot-007"]}
    yield "series by slot", figures.SERIES_BY_SLOT, bounds | every | step
    yield "tallies of one slot", figures.TALLIES_APART, _apart(now, ["slot-007"])
    yield "tallies of all, apart", figures.TALLIES_APART, _apart(now, SLOT_IDS)
    yield "states", figures.STATES, {}
    yield "totals", figures.TOTALS, {}
    yield "attempts", figures.ATTEMPTS_IN_WINDOW, bounds
    yield "attempt times", figures.ATTEMPT_TIMES, bounds
    yield "attempts for a slot", figures.ATTEMPTS_FOR_SLOT, bounds | {"slot": "slot-007"}
    slot, limit = {"slot_id": "slot-007"}, {"limit": 100}
    failed = frozenset({JobStatus.FAILED, JobStatus.TIMEOUT})
    yield "jobs", page_statement(frozenset(), None), limit
    yield "jobs of a slot", page_statement(frozenset(slot), None), limit | slot
    yield "jobs by status", page_statement(frozenset(), frozenset({JobStatus.FAILED})), limit
    yield "failures", page_statement(frozenset({"source"}), failed), limit | {"source": "ingest"}
    yield "failures of a slot", page_statement(frozenset(slot), failed), limit | slot
    yield "test runs", page_statement(frozenset({"source"}), None), limit | {"source": "ui_test"}


def _apart(now: datetime, slots: Sequence[str]) -> Mapping[str, Any]:
    """Return the values for the windows of *slots*, each of which was reset at another moment."""
    since = [now - timedelta(hours=72 - number) for number, _ in enumerate(slots)]
    return {"slots": list(slots), "since": since, "until": [now for _ in slots]}


def show_plans(dsn: str, statements: Iterable[Plan]) -> None:
    """Print the time of every statement and the indexes it used."""
    for name, statement, values in statements:
        text, parameters = statement.text, statement.parameters(values)
        rows = ask(dsn, f"EXPLAIN (ANALYZE, BUFFERS) {text}", parameters)
        plan = "\n".join(row["QUERY PLAN"] for row in rows)
        indexes = sorted(set(re.findall(r"(?:using|Scan on) (\w+_\w*_\w+)", plan)))
        whole = [table for table in ALL_TABLES if re.search(rf"Seq Scan on {table}\b", plan)]
        took = re.findall(r"Execution Time: (\S+) ms", plan)[0]
        fetches = sum(map(int, re.findall(r"Heap Fetches: (\d+)", plan)))
        print(f"  {name:20} {float(took):7.1f} ms  {' '.join(indexes)}", end="")
        print(f"  rows visited for visibility: {fetches}" if fetches else "", end="")
        print(f"  READS ALL OF {whole}" if whole else "")


@asynccontextmanager
async def server(dsn: str) -> AsyncIterator[tuple[str, Mapping[str, str]]]:
    """Serve statistics of the database; yields where, and the headers of somebody who may ask."""
    clock, accounts, tokens = SystemClock(), MemoryAccountRepo(), MemoryTokens()
    now = clock.now()
    scopes = [Scope.STATS_READ]
    await accounts.save(Account(name="x", password_hash="", scopes=scopes, password_set_at=now))
    day = timedelta(days=1)
    claims = Claims(token_id="1", account="x", scopes=scopes, issued_at=now, expires_at=now + day)
    headers = {"Authorization": f"Bearer {tokens.issue(claims)}"}
    async with Gateway(dsn=dsn) as gateway:
        ports = evolve(
            memory_ports(clock=clock, runs=TaskRuns(), providers={}),
            slots=PgSlotRepo(gateway),
            stats=PgStatsRepo(gateway),
            job_list=PgJobList(gateway),
            accounts=accounts,
            tokens=tokens,
        )

        @asynccontextmanager
        async def use_cases() -> AsyncIterator[UseCases]:
            yield UseCases.over(ports)

        with socket.create_server(("127.0.0.1", 0)) as sock:
            async with serving(create_app(use_cases, WebConfig()), sock):
                yield f"http://127.0.0.1:{sock.getsockname()[1]}", headers


async def show_endpoints(dsn: str, rounds: int) -> None:
    """Print what each endpoint takes."""
    async with server(dsn) as (base, headers), ClientSession(headers=headers) as client:
        for path in PATHS:
            took = [await _ask(client, base + path) for _ in range(rounds)]
            p95 = statistics.quantiles(took, n=20)[-1]
            print(f"  {path:55} p50 {statistics.median(took):6.1f} ms  p95 {p95:6.1f} ms")


async def _ask(client: ClientSession, url: str) -> float:
    began = time.perf_counter()
    async with client.get(url) as response:
        await response.read()
        response.raise_for_status()
    return (time.perf_counter() - began) * 1000


def fill(dsn: str, now: datetime, jobs: int, recent: int) -> None:
    """Make jobs: the older ones vacuumed, the recent ones changed once after they came."""
    statement = Path(__file__).with_name("jobs.sql").read_text("utf-8")
    values = {"now": now, "all": jobs, "recent": recent}
    for table in ALL_TABLES:
        ask(dsn, f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    ask(dsn, statement, values | {"first": 1, "last": jobs - recent})
    ask(dsn, "VACUUM ANALYZE")
    ask(dsn, statement, values | {"first": jobs - recent + 1, "last": jobs})
    since = {"since": now - timedelta(hours=72)}
    ask(dsn, "UPDATE job_history SET lease_until = now() WHERE started_at > %(since)s", since)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, default in {"jobs": 1_000_000, "recent": 60_000, "rounds": 40}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def main() -> None:
    """Fill, ask, vacuum, ask again."""
    wanted = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder, embedded_server(Path(folder) / "base") as dsn:
        asyncio.run(upgrade(dsn))
        now = datetime.now(UTC)
        fill(dsn, now, wanted.jobs, wanted.recent)
        for state, command in [("not vacuumed yet", "SELECT 1"), ("vacuumed", "VACUUM ANALYZE")]:
            ask(dsn, command)
            print(f"{wanted.jobs} jobs, {wanted.recent} of them in the last 72 h, {state}")
            show_plans(dsn, plans(now))
            asyncio.run(show_endpoints(dsn, wanted.rounds))


if __name__ == "__main__":
    main()
