"""Turns go by tickets for servers that share a database, also if one of them dies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.databases import ask

from .servers import hear, server_of, tell
from .test_turns import PATIENCE

LONG, SHORT = 600, 2
"""Leases in seconds: longer than any test, and one that is waited for."""


@pytest.fixture
def diary(dsn: str) -> Iterator[str]:
    ask(dsn, "CREATE TABLE diary (n bigserial, event text, ticket bigint)")
    yield dsn
    ask(dsn, "DROP TABLE diary")


def read(dsn: str) -> list[tuple[str, int]]:
    return [(row["event"], row["ticket"]) for row in ask(dsn, "SELECT * FROM diary ORDER BY n")]


def check_turns(events: list[tuple[str, int]], places: int) -> None:
    """Whoever begins has fewer than *places* before it that have not ended."""
    tickets = {ticket for _, ticket in events}
    ended: set[int] = set()
    at_work: set[int] = set()
    for event, ticket in events:
        if event == "begin":
            assert sum(other < ticket for other in tickets - ended) < places
            at_work.add(ticket)
            assert len(at_work) <= places
        else:
            at_work.remove(ticket)
            ended.add(ticket)


@pytest.mark.parametrize("places", [1, 3])
def test_two_servers_together_are_never_more_at_once_and_go_by_tickets(
    diary: str, places: int
) -> None:
    with ExitStack() as stack:
        servers = [
            stack.enter_context(server_of("take_turns", diary, first, 10, places, LONG))
            for first in (1, 11)
        ]
        assert [hear(server) for server in servers] == ["admitted", "admitted"]
        for server in servers:
            tell(server, "go")
        assert [hear(server) for server in servers] == ["ended", "ended"]

    events = read(diary)
    assert len(events) == 2 * 20
    check_turns(events, places)


async def test_a_killed_server_costs_the_other_one_its_lease_only(diary: str) -> None:
    with server_of("take_turns", diary, 1, 2, 2, SHORT, "hold") as doomed:
        assert hear(doomed) == "admitted"
        tell(doomed, "go")
        await written(diary, 2)
        with server_of("take_turns", diary, 11, 5, 2, LONG) as other:
            assert hear(other) == "admitted"
            tell(other, "go")
            before = read(diary)
            doomed.kill()
            doomed.wait()
            assert await asyncio.wait_for(asyncio.to_thread(hear, other), PATIENCE) == "ended"

    events = read(diary)
    assert {event for event, _ in before} == {"begin"}
    assert len(before) == 2
    check_turns(events[2:], places=2)
    assert len(events) == 2 + 2 * 5


async def written(dsn: str, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(read(dsn)) < count:
            await asyncio.sleep(0.01)


def test_turns_are_checked() -> None:
    def check(*events: Any) -> None:
        check_turns([(event, int(ticket)) for event, ticket in events], places=1)

    check(("begin", 1), ("end", 1), ("begin", 2), ("end", 2))
    with pytest.raises(AssertionError):
        check(("begin", 1), ("begin", 2), ("end", 1), ("end", 2))
    with pytest.raises(AssertionError):
        check(("begin", 2), ("end", 2), ("begin", 1), ("end", 1))
