"""What an earlier life of the embedded PostgreSQL can leave behind: processes and a pid file.

Used by the keeper, so standard library only. All processes of a server carry its ``cluster_name``
in their command line, which everybody may read: unlike their working directories, which in a
container root may not see.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

_POLL_SECONDS = 0.02


def cluster_name(data: Path) -> str:
    """A name that no other live data directory has, copies and other containers' included."""
    status = data.stat()
    return f"photochanger-{status.st_dev:x}-{status.st_ino:016x}"


def clear_leftovers(data: Path, patience: float) -> None:
    """Make the data directory free for a new server.

    Args:
        data: The data directory.
        patience: How many seconds an earlier server may take to shut down before it is killed.
    """
    _end_processes(data, time.monotonic() + patience)
    _disown_pid_file(data / "postmaster.pid")


def _end_processes(data: Path, deadline: float) -> None:
    """Wait for a server whose keeper died; kill processes whose server died.

    The latter could hold the data directory for the length of a query, and the next start
    recovers from the write-ahead log anyway.
    """
    while leftovers := _processes_of(cluster_name(data)):
        shutting_down = _server_pid(data / "postmaster.pid") in leftovers
        if not shutting_down or time.monotonic() > deadline:
            for pid in leftovers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(_POLL_SECONDS)


def _processes_of(name: str) -> list[int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if _is_postgres_of(name, pid)]


def _is_postgres_of(name: str, pid: int) -> bool:
    process = Path(f"/proc/{pid}")
    try:
        named = name.encode() in (process / "cmdline").read_bytes()  # a zombie has none
        return named and (process / "comm").read_text() == "postgres\n"
    except OSError:  # gone
        return False


def _server_pid(pid_file: Path) -> int | None:
    try:
        return abs(int(pid_file.read_text().split()[0]))  # negative in single-user mode
    except (OSError, ValueError, IndexError):
        return None


def _disown_pid_file(pid_file: Path) -> None:
    """Make a stale ``postmaster.pid`` harmless without losing its protection.

    After a power cut, or in a new container, the number in it can belong to any process, and
    PostgreSQL would refuse to start. It ignores the number of its own parent, though, and the
    rest of the file lets it notice shared memory still in use: so the file stays, with our
    number in it. A file without a number, as power cuts make them, is removed.
    """
    if _server_pid(pid_file) is None:
        pid_file.unlink(missing_ok=True)
    else:
        rest = pid_file.read_text().partition("\n")[2]
        pid_file.write_text(f"{os.getpid()}\n{rest}")
