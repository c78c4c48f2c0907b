"""How long an administrator waits for pages and figures, and which indexes they come from.

``python -m tests.bench.statistics [--jobs N] [--recent N] [--rounds N] [--json FILE]`` fills an
embedded PostgreSQL with jobs, of which the recent ones lie in the 72 hours before now, asks a
server over HTTP, and prints what it took: first while nothing of those hours has been vacuumed,
then after.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from attrs import asdict

from photochanger_adapters.postgres import stats_statements as figures
from photochanger_adapters.postgres.job_list import page_statement
from photochanger_adapters.postgres.migrate import upgrade
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.job import JobStatus
from tests.databases import ask
from tests.embedded_server import embedded_server

from .filling import fill, fill_record
from .pages import waits
from .plans import Plan, show_plans
from .records import Row, add_json, write

_DEEDS: Final = 100_000


def plans(now: datetime) -> Iterator[Plan]:
    """Yield what is said to the database, by name, with values of the longest window."""
    bounds = {"since": now - timedelta(hours=72), "until": now}
    step = {"step": timedelta(hours=1)}
    every = {"slots": list(SLOT_IDS)}
    yield "tallies", figures.TALLIES, bounds | every
    yield "tallies and series", figures.COURSE, bounds | every | step
    yield "series", figures.SERIES, bounds | every | step
    yield "series of one slot", figures.SERIES, bounds | step | {"slots": ["slot-007"]}
    yield "series by slot", figures.SERIES_BY_SLOT, bounds | every | step
    yield "tallies of one slot", figures.TALLIES_APART, _apart(now, ["slot-007"])
    yield "tallies of all, apart", figures.TALLIES_APART, _apart(now, SLOT_IDS)
    yield "states", figures.STATES, {}
    yield "totals", figures.TOTALS, {}
    yield "attempts", figures.ATTEMPTS_IN_WINDOW, bounds
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


def measured(dsn: str, state: str, rounds: int) -> Iterator[Row]:
    """Have everything answered, print what that took, and yield it."""
    for seen in show_plans(dsn, plans(datetime.now(UTC))):
        yield {"state": state, "kind": "statement", **asdict(seen)}
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_asked(dsn, Path(folder), state, rounds))


async def _asked(dsn: str, folder: Path, state: str, rounds: int) -> Sequence[Row]:
    rows = list[Row]()
    async for waited in waits(dsn, folder, rounds):
        print(waited, flush=True)
        figures = {"p50_ms": waited.p50, "p95_ms": waited.p95, "bytes": waited.size}
        rows.append({"state": state, "kind": "page", "name": waited.path, **figures})
    return rows


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, default in {"jobs": 1_000_000, "recent": 300_000, "rounds": 40}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    add_json(parser)
    return parser.parse_args()


def main() -> None:
    """Fill, ask, vacuum, ask again."""
    wanted, rows = _arguments(), list[Row]()
    with tempfile.TemporaryDirectory() as folder, embedded_server(Path(folder) / "base") as dsn:
        asyncio.run(upgrade(dsn))
        now = datetime.now(UTC)
        fill(dsn, now, wanted.jobs, wanted.recent)
        fill_record(dsn, now, _DEEDS)
        for state, command in [("not vacuumed yet", "SELECT 1"), ("vacuumed", "VACUUM ANALYZE")]:
            ask(dsn, command)
            print(f"{wanted.jobs:,} jobs, {wanted.recent:,} of them in the last 72 h, {state}")
            rows += measured(dsn, state, wanted.rounds)
    write(wanted, "statistics", rows)


if __name__ == "__main__":
    main()
