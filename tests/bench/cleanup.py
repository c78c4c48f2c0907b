"""What cleaning up takes, and that its memory does not grow with the table.

``python -m tests.bench.cleanup [--jobs N] [--expired N] [--json FILE]`` fills embedded PostgreSQLs
with a tenth of the jobs, then with all of them, lays down files for those whose result is kept or
expired, runs ``photochanger cleanup``, and prints its peak memory, its time, and the indexes used.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from attrs import asdict

from photochanger_adapters.postgres import result_repo
from photochanger_adapters.postgres.migrate import upgrade
from photochanger_adapters.postgres.traces import TRACES
from tests.databases import ask
from tests.e2e.parts import as_url
from tests.embedded_server import embedded_server

from .filling import fill
from .plans import Plan, show_plans
from .records import Row, add_json, write

_RECENT: Final = 20_000
_EXPIRE: Final = """
    UPDATE media_object
    SET cleaned_at = NULL
    WHERE id IN (
        SELECT id FROM media_object
        WHERE type = 'result' AND expires_at < %(now)s
        ORDER BY expires_at DESC LIMIT %(expired)s
    )
"""
_FILES: Final = "SELECT slot_id, job_id FROM media_object WHERE cleaned_at IS NULL"
_SAMPLED: Final = 0.05
_PICTURE: Final = bytes(1500)


def plans(now: datetime) -> Iterator[Plan]:
    """Yield what is said to the database about what is a lot, by name, with values."""
    page = {"now": now, "limit": 500, "slot_id": None}
    place = {"after_moment": now - timedelta(hours=1), "after_id": "8"}
    for name, pages in (("expired", result_repo.EXPIRED), ("kept", result_repo.NOT_EXPIRED)):
        yield name, pages[True], page
        yield f"{name}, a page on", pages[False], page | place
    yield "count of results", result_repo.COUNT, {"now": now, "slot_id": None}
    yield (
        "ended without",
        result_repo.ENDED_WITHOUT,
        {"since": now - timedelta(hours=1), "limit": 1000},
    )
    for what, trace in TRACES.items():
        yield f"count of {what}", trace.count, {"before": now}
        yield what, trace.forget, {"before": now, "limit": 500}


def lay_files(dsn: str, media: Path) -> None:
    """Lay down the files of what was not cleaned, as far as they are not there."""
    for row in ask(dsn, _FILES):
        folder = media / "results" / row["slot_id"] / row["job_id"]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "payload.jpg").write_bytes(_PICTURE)
        (folder / "preview.webp").touch()


def clean_up(dsn: str, folder: Path) -> tuple[Mapping[str, Any], float, float]:
    """Run the command; return what it said, its seconds, and its peak memory in MB."""
    variables = {
        "DATABASE_URL": as_url(dsn),
        "MEDIA_ROOT": str(folder / "media"),
        "DATA_DIR": str(folder / "data"),
    }
    told = folder / "told.json"
    began, peak = time.perf_counter(), 0.0
    with told.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "photochanger_cli", "cleanup", "--json"],
            env=os.environ | {f"PHOTOCHANGER_{name}": value for name, value in variables.items()},
            stdout=out,
        )
        while process.poll() is None:
            peak = max(peak, peak_of(process.pid))
            time.sleep(_SAMPLED)
    if process.returncode:
        raise SystemExit(f"the command ended with {process.returncode}")
    return json.loads(told.read_text()), time.perf_counter() - began, peak


def peak_of(pid: int) -> float:
    """Return the peak memory of a process so far, in MB; 0 if it has ended.

    What `wait4` tells would be no less than that of whoever has begun it.
    """
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def cleaned(dsn: str, folder: Path, jobs: int, expired: int) -> Row:
    """Let so many results expire, clean up, print what that took, and return it."""
    ask(dsn, _EXPIRE, {"now": datetime.now(UTC), "expired": expired})
    lay_files(dsn, folder / "media")
    ask(dsn, "VACUUM ANALYZE")
    told, seconds, peak = clean_up(dsn, folder)
    number = told["removed"]["expired_results"]
    print(f"{jobs:,} jobs, {number:,} expired: peak {peak:.0f} MB, {seconds:.1f} s", end="")
    print(f", {seconds * 10_000 / number:.2f} s for 10,000" if number else "")
    print(f"  {json.dumps(told)}", flush=True)
    figures = {"expired": number, "seconds": seconds, "peak_mb": peak}
    return {"kind": "cleanup", "name": f"{number:,} expired", "jobs": jobs, **figures}


@contextmanager
def filled(folder: Path, jobs: int) -> Iterator[str]:
    """Run a database with so many jobs."""
    with embedded_server(folder / "base") as dsn:
        asyncio.run(upgrade(dsn))
        fill(dsn, datetime.now(UTC), jobs, _RECENT)
        yield dsn


def main() -> None:
    """Clean up a small table, and a large one twice."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--expired", type=int, default=100_000)
    add_json(parser)
    wanted = parser.parse_args()
    few, rows = wanted.expired // 10, list[Row]()
    for jobs, rounds in ((wanted.jobs // 10, [few]), (wanted.jobs, [few, wanted.expired])):
        with tempfile.TemporaryDirectory() as name, filled(Path(name), jobs) as dsn:
            for expired in rounds:
                rows.append(cleaned(dsn, Path(name), jobs, expired))
            seen = show_plans(dsn, plans(datetime.now(UTC)))
            rows += [{"kind": "statement", "jobs": jobs, **asdict(one)} for one in seen]
    write(wanted, "cleanup", rows)


if __name__ == "__main__":
    main()
