"""An embedded PostgreSQL for tests, and processes that use one.

As a program, ``python -m tests.embedded_server BASE [--no-namespaces]`` uses the server of BASE
until its standard input ends, after printing the connection string.
"""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg2

from photochanger_adapters.postgres.embedded.server import (
    EmbeddedPostgresError,
    embedded_postgres_blocking,
)

_ROOT = Path(__file__).parents[1]


@contextmanager
def embedded_server(base: Path) -> Iterator[str]:
    """Use an embedded server, give its connection string, and afterwards leave nothing behind."""
    with scratch(base), embedded_postgres_blocking(base) as dsn:
        yield dsn


@contextmanager
def scratch(base: Path) -> Iterator[Path]:
    """A base directory that is removed as soon as its server has stopped."""
    try:
        yield base
    finally:
        wait_until(lambda: is_stopped(base))
        shutil.rmtree(base, ignore_errors=True)


def copy_base(base: Path) -> None:
    """Make *base* a directory in which a server was once; five times as quick as starting there."""
    subprocess.run(["cp", "-a", str(_made_base()), str(base)], check=True)  # noqa: S603, S607  any cp


@cache
def _made_base() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="photochanger-made-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    base = folder / "postgres"
    with embedded_postgres_blocking(base):
        pass
    wait_until(lambda: is_stopped(base))
    return base


def is_stopped(base: Path) -> bool:
    """Whether no keeper, and so no server that somebody keeps, is left."""
    try:
        with (base / "keeper.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (FileNotFoundError, NotADirectoryError):
        pass
    return True


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Poll for something that other processes bring about."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not so within {seconds:g} s")
        time.sleep(0.01)


def server_pid(base: Path) -> int:
    """The process id of the running ``postgres``."""
    return int((base / "data" / "postmaster.pid").read_text().split()[0])


def keeper_pid(base: Path) -> int:
    """The process id of the keeper, who is the parent of ``postgres``."""
    return int(_stat(server_pid(base))[1])


def is_alive(pid: int) -> bool:
    """Whether there is such a process, zombies not counted."""
    try:
        return _stat(pid)[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def ask(dsn: str, statement: str) -> list[tuple[Any, ...]]:
    """The rows that a statement gives."""
    with closing(psycopg2.connect(dsn, connect_timeout=5)) as server:
        server.autocommit = True
        cursor = server.cursor()
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def answers(dsn: str) -> bool:
    """Whether a query gets through."""
    try:
        return ask(dsn, "SELECT 1") == [(1,)]
    except psycopg2.OperationalError:
        return False


class UserProcess:
    """Another process that uses the server, until it is told to leave or killed."""

    def __init__(self, base: Path, *options: str, env: Mapping[str, str] = os.environ) -> None:
        self._dsn = ""
        self.process = subprocess.Popen(  # noqa: S603  this very file
            [sys.executable, "-m", "tests.embedded_server", str(base), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
            env=env,
            start_new_session=True,
        )

    def wait_for_dsn(self) -> str:
        """The connection string, once the server is up; empty if the process failed."""
        assert self.process.stdout is not None
        self._dsn = self._dsn or self.process.stdout.readline().strip()
        return self._dsn

    def leave(self) -> str:
        """Tell it to leave, wait for its end, and give what it complained about."""
        return self.process.communicate(timeout=60)[1]

    def kill(self) -> None:
        """End it with SIGKILL."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def user_process(
    base: Path, *options: str, env: Mapping[str, str] = os.environ
) -> Iterator[UserProcess]:
    """Start a process that uses the server; it does not survive the context."""
    user = UserProcess(base, *options, env=env)
    try:
        yield user
    finally:
        if user.process.returncode is None:
            user.kill()


def _block_namespaces() -> None:
    """Let ``unshare`` fail in this process and its children, as container runtimes do."""
    number = {"x86_64": 272, "aarch64": 97}[os.uname().machine]
    # Classic BPF (linux/filter.h): load the call's number; if it is ours, EPERM; else allow.
    program = [
        (0x20, 0, 0, 0),
        (0x15, 0, 1, number),
        (0x06, 0, 0, 0x50001),
        (0x06, 0, 0, 0x7FFF0000),
    ]

    class Filter(ctypes.Structure):
        _fields_ = (
            ("code", ctypes.c_uint16),
            ("jt", ctypes.c_uint8),
            ("jf", ctypes.c_uint8),
            ("k", ctypes.c_uint32),
        )

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.POINTER(Filter)))

    filters = (Filter * len(program))(*(Filter(*step) for step in program))
    no_new_privileges, seccomp, mode_filter = 38, 22, 2  # linux/prctl.h, linux/seccomp.h
    libc = ctypes.CDLL(None)
    libc.prctl(no_new_privileges, 1, 0, 0, 0)
    if libc.prctl(seccomp, mode_filter, ctypes.byref(Program(len(program), filters))):
        raise OSError("no seccomp filter")


def _main() -> None:
    if "--no-namespaces" in sys.argv:
        _block_namespaces()
    try:
        with embedded_postgres_blocking(Path(sys.argv[1])) as dsn:
            print(dsn, flush=True)  # noqa: T201  its only output
            sys.stdin.read()
    except EmbeddedPostgresError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    _main()
