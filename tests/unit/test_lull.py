"""When nobody's picture is being looked at."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator

import pytest

from photochanger_adapters.images.delivery import Delivery
from photochanger_adapters.images.images import VipsImages
from photochanger_adapters.images.lane import LULL, Lane
from photochanger_adapters.images.tasks import Preview
from photochanger_core.domain.deadline import DeadlinePassed
from tests.spools import Sheet
from tests.virtual_time import VirtualTimeLoop

from .worker_processes import GOOD, busy_worker, toil

SOON = 0.001
NOBODY = 0
"""Workers of a lane in which everybody waits until they give up."""


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        yield runner


async def work(lane: Lane, *, begins: float, ends: float) -> None:
    await asyncio.sleep(begins)
    with pytest.raises(DeadlinePassed):
        await lane.work(Preview(), GOOD, Delivery(Sheet()), ends - begins)


async def lull_among(*works: tuple[float, float], until: float = math.inf) -> float:
    """Return when there is a lull among works that begin and end at these moments."""
    lane, loop = Lane(NOBODY), asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        for begins, ends in works:
            tasks.create_task(work(lane, begins=begins, ends=ends))
        await asyncio.sleep(SOON)
        await lane.lull(until)
        return loop.time()


def test_where_nothing_happens_it_is_now(runner: asyncio.Runner) -> None:
    assert runner.run(lull_among()) == SOON


def test_it_comes_a_moment_after_the_last_picture(runner: asyncio.Runner) -> None:
    assert runner.run(lull_among((0, 5), (1, 2))) == 5 + LULL


def test_pictures_that_follow_each_other_closely_leave_none(runner: asyncio.Runner) -> None:
    soon = 5 + LULL / 2
    assert runner.run(lull_among((0, 5), (soon, 7), (8, 9))) == 7 + LULL


def test_it_is_waited_for_no_longer_than_wanted(runner: asyncio.Runner) -> None:
    assert runner.run(lull_among((0, 5), until=3)) == 3


async def test_there_is_none_while_a_worker_is_busy() -> None:
    async with VipsImages() as images:
        toiling = asyncio.create_task(toil(images))
        await busy_worker()
        waiting = asyncio.create_task(images.lull(until=math.inf))
        await asyncio.sleep(2 * LULL)
        assert not waiting.done()

        toiling.cancel()
        await waiting
