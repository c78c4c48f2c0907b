"""A lock holds for servers that share a database, also for tries that come all at once."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from photochanger_core.domain.login import MAX_FAILURES
from tests.databases import ask

from .servers import hear, server_of, tell

COUNT = 30


def together(dsn: str, account: str, address: str) -> int:
    """Let two servers count tries at once; return how many were."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(server_of("try_logins", dsn, account, address, COUNT))
            for _ in range(2)
        ]
        assert [hear(server) for server in servers] == ["ready", "ready"]
        for server in servers:
            tell(server, "go")
        return sum(int(hear(server)) for server in servers)


@pytest.mark.parametrize("account, address", [("serg", "*"), ("*", "192.0.2.7")])
def test_two_servers_together_count_exactly_the_limit(dsn: str, account: str, address: str) -> None:
    assert together(dsn, account, address) == MAX_FAILURES

    assert ask(dsn, "SELECT count(*) FROM login_failure") == [{"count": MAX_FAILURES}]
    assert together(dsn, account, address) == 0


def test_tries_of_different_people_do_not_hinder_each_other(dsn: str) -> None:
    assert together(dsn, "*", "*") == 2 * COUNT
