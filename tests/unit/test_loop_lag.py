"""How late the event loop is."""

from __future__ import annotations

import asyncio
import time

from photochanger_adapters.system.loop_lag import LoopLag
from photochanger_core.domain.service_state import Strain


async def test_a_loop_that_was_held_up_is_told_of() -> None:
    async with LoopLag() as lag:
        assert lag.now() == {Strain.LOOP_LAG_SECONDS: 0.0}
        await asyncio.sleep(0)
        time.sleep(0.5)  # noqa: ASYNC251 - the very thing that is told of
        while not lag.now()[Strain.LOOP_LAG_SECONDS]:
            await asyncio.sleep(0.01)

        assert lag.now()[Strain.LOOP_LAG_SECONDS] >= 0.2


async def test_nothing_goes_on_after_it() -> None:
    async with LoopLag():
        pass

    assert asyncio.all_tasks() == {asyncio.current_task()}
