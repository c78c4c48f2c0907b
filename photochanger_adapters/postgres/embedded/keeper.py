"""The keeper of the embedded PostgreSQL: a small process that owns the server.

The first user starts it, in a session of its own and with the standard library only, and hands
it ``keeper.lock`` already locked. It starts ``postgres``, and starts it again whenever it dies.
Every user holds ``users.lock`` shared; the moment the keeper gets it exclusively the last user
has left, in whatever way, and the keeper stops the server and ends. If the keeper is killed the
kernel ends ``postgres`` (PR_SET_PDEATHSIG), and any user that is still there starts a keeper again.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from photochanger_adapters.postgres.embedded.cluster import Cluster, Layout, open_cluster
from photochanger_adapters.postgres.embedded.identity import Refused
from photochanger_adapters.postgres.embedded.leftovers import clear_leftovers, cluster_name

POLL_SECONDS = 0.1
STOP_SECONDS = 20.0
"""How long a server may take for its shutdown before it is killed."""
STEADY_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two starts of a server that does not live STEADY_SECONDS; doubled each time."""
LOG_BYTES = 4 * 2**20
PORTS = range(20_000, 32_000)
"""Below the ports that systems give to outgoing connections, one of which could sit on ours."""
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "client_connection_check_interval": "1s",
    # Statements, and the rows in the details of errors, hold guests' data and secrets.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}


class Keeper:
    """Runs one server for as long as anybody uses it."""

    def __init__(self, cluster: Cluster, users: int) -> None:
        """Take over a data directory; `users` is an open descriptor of ``users.lock``."""
        self._cluster = cluster
        self._users = users
        self._server: subprocess.Popen[bytes] | None = None
        self._pause = 0.0
        self._due = time.monotonic()

    def run(self) -> None:
        """Return when the last user has left and the server has stopped."""
        while not self._alone():
            if not self._running() and time.monotonic() >= self._due:
                self._plan_next_start()
                self._start()
            _bound(self._cluster.layout.log)
            time.sleep(POLL_SECONDS)
        self._stop()

    def _alone(self) -> bool:
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _running(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def _plan_next_start(self) -> None:
        now = time.monotonic()
        steady = now - self._due > STEADY_SECONDS
        self._pause = 0.0 if steady else min(2 * self._pause, LONGEST_PAUSE)
        self._pause = max(self._pause, FIRST_PAUSE)
        self._due = now + self._pause

    def _start(self) -> None:
        layout = self._cluster.layout
        try:
            clear_leftovers(layout.data, STOP_SECONDS)
            port = choose_port(layout)
            self._cluster.publish(layout.port, str(port))
            settings = {**SETTINGS, "cluster_name": cluster_name(layout.data), "port": port}
            options = [f"--{name}={value}" for name, value in settings.items()]
            self._server = self._cluster.spawn("postgres", ["-D", str(layout.data), *options])
        except (OSError, subprocess.SubprocessError) as error:  # a full disk, say: try again
            print(f"keeper: {error}", file=sys.stderr)  # noqa: T201  stderr is the log

    def _stop(self) -> None:
        if self._server is None:
            return
        self._server.send_signal(signal.SIGINT)
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()


def choose_port(layout: Layout) -> int:
    """Prefer the port of the last start, so that connection strings in use work again."""
    with suppress(OSError, ValueError):
        remembered = int(layout.port.read_text())
        for _ in range(10):
            if _can_bind(remembered):
                return remembered
            time.sleep(POLL_SECONDS)
    while not _can_bind(port := secrets.choice(PORTS)):
        pass
    return port


def _can_bind(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError, OverflowError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does
        probe.bind(("127.0.0.1", port))
        return True
    return False


def _bound(log: Path) -> None:
    """Keep the log and one predecessor small; its writers append, so it can be cut under them."""
    with suppress(OSError):
        if log.stat().st_size > LOG_BYTES:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)


def _detach(log: Path) -> None:
    """Leave the launching user behind, and from here on write to the log."""
    if os.fork():
        os._exit(0)
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # Not SIG_IGN, which children would inherit. Only the users decide when it ends: a
        # service manager that signals the whole group must not take the database away first.
        signal.signal(number, lambda *_: None)


def main() -> None:
    """Start a keeper for the directories BASE and PROGRAMS; end with one line if refused."""
    base, programs = map(Path, sys.argv[-2:])
    os.umask(0o077)
    try:
        users = os.open(base / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        cluster = open_cluster(base, programs)
    except (Refused, OSError, subprocess.SubprocessError) as error:
        sys.exit(str(error))
    _detach(cluster.layout.log)
    Keeper(cluster, users).run()
