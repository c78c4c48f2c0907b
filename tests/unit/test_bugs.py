"""Errors of tasks that nobody waits for."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from photochanger_adapters.memory.events import MemoryEvents
from photochanger_adapters.system.bugs import tell_bug
from photochanger_adapters.system.logs import bug_handler
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.domain.events import BugMet, BugPlace


async def failed(error: Exception) -> asyncio.Task[None]:
    async def fail() -> None:
        raise error

    task = asyncio.create_task(fail(), name="a chore")
    await asyncio.wait([task])
    return task


async def test_a_bug_is_logged_and_told() -> None:
    events, error = MemoryEvents(), ZeroDivisionError()
    asyncio.get_running_loop().set_exception_handler(bug_handler(events))
    with capture_logs() as logs:
        tell_bug(await failed(error))

    assert [(line["event"], line["where"]) for line in logs] == [("bug", "a chore ran into a bug")]
    assert events.events == [BugMet(place=BugPlace.LOOP)]


async def test_what_goes_wrong_on_purpose_is_no_bug() -> None:
    events = MemoryEvents()
    asyncio.get_running_loop().set_exception_handler(bug_handler(events))
    with capture_logs() as logs:
        tell_bug(await failed(QueueUnavailable()))

    assert (logs, events.events) == ([], [])
