"""What goes on though its caller has left."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from photochanger_core.domain.errors import QueueUnavailable
from photochanger_web.draining import Draining


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
