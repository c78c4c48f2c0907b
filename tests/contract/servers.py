"""Programs that stand for servers: they read the connection string, and are told what to do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server_of(module: str, dsn: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run `tests.contract.<module>`; it does not survive the context."""
    command = [sys.executable, "-m", f"tests.contract.{module}", *map(str, arguments)]
    process = subprocess.Popen(  # noqa: S603 - a program of ours
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        tell(process, dsn)
        yield process
    finally:
        process.kill()
        process.communicate()


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def say(what: object) -> None:
    """Say something to whoever runs this program."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def told() -> str:
    """Return the next thing that this program is told."""
    return sys.stdin.readline().strip()
