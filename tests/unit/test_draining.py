"""What goes on though its caller has left."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from photochanger_core.domain.errors import QueueUnavailable, ShuttingDown
from photochanger_web.draining import Draining


async def test_what_has_no_end_is_given_up_when_the_server_leaves() -> None:
    draining, given_up = Draining(), asyncio.Event()

    async def endless() -> str:
        with draining.under_way():
            async with draining.until_leaving():
                try:
                    await asyncio.Event().wait()
                finally:
                    given_up.set()
            return "and told so"

    stream = asyncio.create_task(endless())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await asyncio.gather(draining.drain(), draining.drain())
    assert given_up.is_set()
    assert await stream == "and told so"
    with pytest.raises(ShuttingDown):
        await endless()


async def test_whoever_runs_out_of_time_otherwise_hears_of_it() -> None:
    with pytest.raises(TimeoutError):
        async with Draining().until_leaving():
            raise TimeoutError


async def test_what_fails_after_its_caller_has_left_is_logged() -> None:
    may, error = asyncio.Event(), QueueUnavailable()

    async def change() -> None:
        await may.wait()
        raise error

    draining = Draining()
    caller = asyncio.create_task(draining.to_the_end(change()))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller

    with capture_logs() as logs:
        may.set()
        async with asyncio.timeout(10):
            while not logs:
                await asyncio.sleep(0)
    assert logs == [{"event": "failed unseen", "exc_info": error, "log_level": "error"}]


async def test_a_bug_that_nobody_sees_is_told_to_the_loop() -> None:
    told: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
    error = ZeroDivisionError()

    async def fail() -> None:
        raise error

    Draining().beside(fail())
    for _ in range(3):
        await asyncio.sleep(0)
    assert told == [error]
