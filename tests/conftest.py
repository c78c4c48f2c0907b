"""What all tests share."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
from hypothesis import settings

from .memory_world import MemoryWorld
from .virtual_time import VirtualTimeLoop

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Scripts start so what they let run in the background, and what tests start would inherit it:
    # nothing would end by Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")


def pytest_asyncio_loop_factories(
    item: pytest.Function,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run tests of the `world` in virtual time, and all others on the machine's clock."""
    if "world" in item.fixturenames:
        return {"virtual": VirtualTimeLoop}
    return {"real": asyncio.new_event_loop}


@pytest.fixture
async def world() -> AsyncIterator[MemoryWorld]:
    world = MemoryWorld()
    yield world
    await world.runs.close()
