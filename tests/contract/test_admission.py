"""Limits hold for servers that share a database, and one photo is one job."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.databases import ask

from .servers import hear, server_of, tell


def together(dsn: str, kind: str, count: int, limit: int) -> list[int]:
    """Let two servers admit *count* jobs each; return how many were new, same and refused."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(server_of("admit_many", dsn, kind, first, count, limit))
            for first in (1, 1 + count)
        ]
        assert [hear(server) for server in servers] == ["ready", "ready"]
        for server in servers:
            tell(server, "go")
        counts = [[int(n) for n in hear(server).split()] for server in servers]
    return [sum(numbers) for numbers in zip(*counts, strict=True)]


@pytest.mark.parametrize("_round", range(3))
def test_two_servers_together_admit_exactly_the_limit(dsn: str, _round: int) -> None:
    assert together(dsn, "different", 30, limit=12) == [12, 0, 48]

    [row] = ask(dsn, "SELECT count(*), count(DISTINCT ticket) AS tickets FROM job_history")
    assert row == {"count": 12, "tickets": 12}


@pytest.mark.parametrize("_round", range(3))
def test_two_servers_together_make_one_job_of_one_photo(dsn: str, _round: int) -> None:
    assert together(dsn, "same", 10, limit=12) == [1, 19, 0]

    assert ask(dsn, "SELECT joined FROM job_history") == [{"joined": True}]
