"""Limits hold for servers that share a database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.databases import ask

from .admit_many import JOBS, LIMIT


@contextmanager
def admitting(dsn: str, first: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.contract.admit_many", str(first)]
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


@pytest.mark.parametrize("_round", range(3))
def test_two_servers_together_admit_exactly_the_limit(dsn: str, _round: int) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(admitting(dsn, n)) for n in (1, 1 + JOBS)]
        assert [hear(server) for server in servers] == ["ready", "ready"]
        for server in servers:
            tell(server, "go")
        admitted = [int(hear(server)) for server in servers]

    [row] = ask(dsn, "SELECT count(*) FROM job_history")
    assert row["count"] == sum(admitted) == LIMIT
