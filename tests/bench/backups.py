"""How long a backup and its restoration take, and how much memory, whatever the number of jobs.

``python -m tests.bench.backups [--jobs N ...] [--pictures N]`` fills an embedded PostgreSQL with
jobs, some of which still have their picture, backs it up and restores it elsewhere, each in a
process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from photochanger_adapters.postgres.migrate import upgrade
from tests.bench.filling import fill
from tests.databases import ask
from tests.e2e.processes import environment
from tests.embedded_server import embedded_server, scratch

PICTURE: Final = os.urandom(200_000)
KEPT: Final = """
    UPDATE media_object
    SET size = %(size)s, sha256 = %(sha256)s,
        path = 'results/' || slot_id || '/' || job_id || '/payload.jpg'
    WHERE cleaned_at IS NULL
    RETURNING path
"""


def run(*words: str, folder: Path) -> None:
    """Run a command and print what it said, how long it took and its peak memory."""
    began = time.perf_counter()
    child = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "photochanger_cli", *words], cwd=folder, env=environment()
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    print(
        f"  {words[0]:8} {seconds:7.1f} s, of them {usage.ru_utime + usage.ru_stime:.1f} s in the "
        f"command; {usage.ru_maxrss / 1024:.0f} MiB at most; status {child.returncode}",
        flush=True,
    )


def measure(folder: Path, jobs: int, pictures: int) -> None:
    """Back up and restore an installation with so many jobs and pictures."""
    old, new, archive = folder / "old", folder / "new", folder / "backup.tar"
    new.mkdir()
    with embedded_server(old / "var" / "postgres") as dsn:
        asyncio.run(upgrade(dsn))
        fill(dsn, datetime.now(UTC), jobs, pictures)
        values = {"size": len(PICTURE), "sha256": hashlib.sha256(PICTURE).hexdigest()}
        paths = [old / "var" / "media" / row["path"] for row in ask(dsn, KEPT, values)]
        for path in paths:
            path.parent.mkdir(parents=True)
            path.write_bytes(PICTURE)
        print(f"{jobs} jobs, {len(paths)} pictures of {len(PICTURE)} bytes", flush=True)
        run("backup", str(archive), folder=old)
    print(f"  the archive has {archive.stat().st_size / 1e6:.0f} MB", flush=True)
    with scratch(new / "var" / "postgres"):
        run("restore", str(archive), folder=new)


def main() -> None:
    """Measure with few jobs, then with many."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--pictures", type=int, default=3000)
    wanted = parser.parse_args()
    for jobs in wanted.jobs:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), jobs, wanted.pictures)


if __name__ == "__main__":
    main()
