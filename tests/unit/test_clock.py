"""The production clock, on a loop whose time is virtual."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from photochanger_adapters.system.clock import SystemClock
from photochanger_core.domain.deadline import DeadlinePassed
from tests.virtual_time import VirtualTimeLoop


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        yield runner


CLOCK = SystemClock()


def test_now_is_aware_and_in_utc() -> None:
    assert CLOCK.now().tzinfo is UTC
    assert abs(CLOCK.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_monotonic_goes_on_while_sleeping(runner: asyncio.Runner) -> None:
    async def main() -> float:
        began = CLOCK.monotonic()
        await CLOCK.sleep(3_600)
        return CLOCK.monotonic() - began

    assert runner.run(main()) == 3_600


async def work(seconds: float) -> str:
    await CLOCK.sleep(seconds)
    return "done"


async def bounded(what: Coroutine[Any, Any, str], seconds: float) -> str:
    async with CLOCK.until(CLOCK.monotonic() + seconds):
        return await what


def test_work_that_is_done_in_time_is_not_disturbed(runner: asyncio.Runner) -> None:
    assert runner.run(bounded(work(5), 5.1)) == "done"


def test_work_that_is_not_done_in_time_is_cancelled(runner: asyncio.Runner) -> None:
    async def main() -> float:
        with pytest.raises(DeadlinePassed):
            await bounded(work(60), 5)
        return CLOCK.monotonic()

    assert runner.run(main()) == 5


def test_what_was_awaited_is_cancelled_and_cleans_up(runner: asyncio.Runner) -> None:
    cleaned = []

    async def careful() -> str:
        try:
            return await work(60)
        finally:
            await CLOCK.sleep(1)
            cleaned.append(CLOCK.monotonic())

    with pytest.raises(DeadlinePassed):
        runner.run(bounded(careful(), 5))

    assert cleaned == [6]


@pytest.mark.parametrize("seconds", [0, -1, -1_000_000])
def test_a_moment_in_the_past_cancels_at_the_first_await(
    runner: asyncio.Runner, seconds: float
) -> None:
    steps = []

    async def main() -> None:
        async with CLOCK.until(CLOCK.monotonic() + seconds):
            steps.append("entered")
            await CLOCK.sleep(0.001)
            steps.append("went on")

    with pytest.raises(DeadlinePassed):
        runner.run(main())

    assert steps == ["entered"]


def test_a_moment_in_the_past_does_not_disturb_what_awaits_nothing(
    runner: asyncio.Runner,
) -> None:
    async def nothing() -> str:
        return "done"

    assert runner.run(bounded(nothing(), -1)) == "done"


@pytest.mark.parametrize("outer, inner", [(5, 9), (5, 5)])
def test_the_outer_of_two_that_comes_first_is_the_one_that_passed(
    runner: asyncio.Runner, outer: float, inner: float
) -> None:
    passed = []

    async def main() -> None:
        async with CLOCK.until(CLOCK.monotonic() + outer):
            try:
                await bounded(work(60), inner)
            except DeadlinePassed:
                passed.append("inner")
                raise

    with pytest.raises(DeadlinePassed):
        runner.run(main())

    assert passed == []


def test_after_the_inner_of_two_has_passed_the_outer_goes_on(runner: asyncio.Runner) -> None:
    async def main() -> str:
        async with CLOCK.until(CLOCK.monotonic() + 9):
            with pytest.raises(DeadlinePassed):
                await bounded(work(60), 5)
            return await work(3)

    assert runner.run(main()) == "done"


def test_a_timeout_of_somebody_else_stays_one(runner: asyncio.Runner) -> None:
    async def broken() -> str:
        raise TimeoutError("the network's")

    with pytest.raises(TimeoutError, match="the network's"):
        runner.run(bounded(broken(), 5))


def test_being_cancelled_stays_being_cancelled(runner: asyncio.Runner) -> None:
    async def main() -> None:
        task = asyncio.create_task(bounded(work(60), 30))
        await CLOCK.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    runner.run(main())
