"""When nobody's picture is being looked at."""

from __future__ import annotations

import asyncio
import math

from photochanger_adapters.images.images import VipsImages

from .worker_processes import busy_worker, toil


async def test_there_is_no_lull_while_a_picture_is_looked_at() -> None:
    async with VipsImages() as images:
        toiling = asyncio.create_task(toil(images))
        await busy_worker()
        waiting = asyncio.create_task(images.lull(until=math.inf))
        await asyncio.sleep(0.6)
        assert not waiting.done()

        toiling.cancel()
        await waiting
