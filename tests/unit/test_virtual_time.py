"""The loop on which tests wait for hours."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from tests.virtual_time import START, Deadlock, VirtualClock, run


async def test_sleeps_go_side_by_side_and_in_order() -> None:
    order = []

    async def sleeper(seconds: float) -> None:
        await asyncio.sleep(seconds)
        order.append(seconds)

    async def main() -> float:
        await asyncio.gather(*(sleeper(seconds) for seconds in (30, 10, 20)))
        return asyncio.get_running_loop().time()

    assert await asyncio.to_thread(run, main()) == 30
    assert order == [10, 20, 30]


def test_waiting_for_nothing_is_a_deadlock() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Deadlock):
        run(main())


def test_time_stands_still_while_a_thread_works() -> None:
    async def main() -> tuple[str, float]:
        async with asyncio.timeout(0.001):
            await asyncio.to_thread(time.sleep, 0.05)
            return "done", asyncio.get_running_loop().time()

    assert run(main()) == ("done", 0)


def test_the_wall_clock_goes_along_and_can_be_stepped() -> None:
    clock = VirtualClock()

    async def main() -> None:
        assert clock.now() == START
        await clock.sleep(90)
        assert clock.now() == START + timedelta(seconds=90)
        clock.stepped = timedelta(hours=-1)
        assert clock.now() == START + timedelta(seconds=90, hours=-1)
        assert clock.monotonic() == 90

    run(main())
