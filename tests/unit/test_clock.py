"""The production clock, on a loop whose time is virtual."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from photochanger_adapters.system.clock import SystemClock
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import CoreError, QueueUnavailable, StorageUnavailable
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


class Action:
    """Takes *seconds*, then does what it is told to; knows when it did what."""

    def __init__(self, seconds: float = 0.0, error: Exception | None = None) -> None:
        self._seconds = seconds
        self._error = error
        self.began: float | None = None
        self.ended: float | None = None

    async def __call__(self) -> None:
        self.began = CLOCK.monotonic()
        await CLOCK.sleep(self._seconds)
        self.ended = CLOCK.monotonic()
        if self._error is not None:
            raise self._error


async def during(
    action: Action, moment: float, seconds: float, error: Exception | None = None
) -> float:
    """Be busy for *seconds*, then raise *error*; return when that and *action* were over."""
    async with CLOCK.at(moment, action):
        await CLOCK.sleep(seconds)
        if error is not None:
            raise error
    return CLOCK.monotonic()


@pytest.fixture
def told(runner: asyncio.Runner) -> list[BaseException]:
    """What the loop's exception handler was told."""
    told: list[BaseException] = []
    runner.get_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))
    return told


def test_an_action_is_done_at_its_moment_while_the_inside_goes_on(runner: asyncio.Runner) -> None:
    action = Action(2)

    assert runner.run(during(action, moment=5, seconds=20)) == 20
    assert (action.began, action.ended) == (5, 7)


def test_an_action_that_was_not_due_is_never_begun(runner: asyncio.Runner) -> None:
    action = Action()

    async def main() -> None:
        assert await during(action, moment=5, seconds=4.9) == 4.9
        await CLOCK.sleep(60)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    runner.run(main())
    assert action.began is None


def test_an_action_that_has_begun_is_waited_for(runner: asyncio.Runner) -> None:
    action = Action(30)

    assert runner.run(during(action, moment=5, seconds=6)) == 35
    assert action.ended == 35


@pytest.mark.parametrize("late", [0, 1, 1_000_000])
def test_a_moment_that_is_past_begins_the_action_at_once(
    runner: asyncio.Runner, late: float
) -> None:
    action, idle = Action(2), Action(3)

    async def main() -> None:
        await CLOCK.sleep(1)
        await during(action, CLOCK.monotonic() - late, seconds=20)
        assert (action.began, action.ended) == (1, 3)
        async with CLOCK.at(CLOCK.monotonic() - late, idle):
            pass  # nothing is awaited here, and still it is done

    runner.run(main())
    assert (idle.began, idle.ended) == (21, 24)


@pytest.mark.parametrize("error", [QueueUnavailable("away"), ZeroDivisionError()])
@pytest.mark.parametrize("seconds", [6, 20])
def test_what_the_action_raises_leaves_at_the_end(
    runner: asyncio.Runner, told: list[BaseException], error: Exception, seconds: float
) -> None:
    async def main() -> None:
        with pytest.raises(type(error)) as caught:
            await during(Action(2, error), moment=5, seconds=seconds)
        assert caught.value is error
        assert CLOCK.monotonic() == max(seconds, 7)

    runner.run(main())
    assert not told


@pytest.mark.parametrize("moment, over", [(5, 13), (15, 10)])
def test_what_the_inside_raises_leaves_after_an_action_that_has_begun(
    runner: asyncio.Runner, moment: float, over: float
) -> None:
    async def main() -> None:
        with pytest.raises(LookupError):
            await during(Action(8), moment, 10, LookupError())
        assert CLOCK.monotonic() == over

    runner.run(main())


@pytest.mark.parametrize("error", [QueueUnavailable("away"), ZeroDivisionError()])
def test_what_the_inside_raises_wins_and_only_a_bug_of_the_action_is_told(
    runner: asyncio.Runner, told: list[BaseException], error: Exception
) -> None:
    async def main() -> None:
        with pytest.raises(StorageUnavailable):
            await during(Action(8, error), 5, 10, StorageUnavailable())

    runner.run(main())
    assert told == ([] if isinstance(error, CoreError) else [error])


def cancelled_at(action: Action, *moments: float) -> Coroutine[Any, Any, None]:
    """Be busy with *action* at 5, for 20 s, and be cancelled at *moments*."""

    async def main() -> None:
        task = asyncio.create_task(during(action, moment=5, seconds=20))
        for moment in moments:
            await CLOCK.sleep(moment - CLOCK.monotonic())
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert CLOCK.monotonic() == max(action.ended or 0, *moments)

    return main()


@pytest.mark.parametrize("moments", [[6], [21], [6, 7], [6, 7, 8, 21]])
def test_an_action_that_has_begun_is_waited_for_by_whoever_is_cancelled(
    runner: asyncio.Runner, moments: list[float]
) -> None:
    action = Action(30)

    runner.run(cancelled_at(action, *moments))

    assert action.ended == 35


def test_an_action_that_has_not_begun_when_its_caller_is_cancelled_never_begins(
    runner: asyncio.Runner,
) -> None:
    action = Action()

    runner.run(cancelled_at(action, 4))

    assert action.began is None


@pytest.mark.parametrize("moments", [[6], [21], [6, 21]])
def test_being_cancelled_wins_over_what_the_action_raises(
    runner: asyncio.Runner, told: list[BaseException], moments: list[float]
) -> None:
    runner.run(cancelled_at(Action(30, QueueUnavailable("away")), *moments))

    assert not told


def test_being_cancelled_while_waiting_wins_over_what_the_inside_raised(
    runner: asyncio.Runner,
) -> None:
    async def main() -> None:
        task = asyncio.create_task(during(Action(30), 5, 10, LookupError()))
        await CLOCK.sleep(20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert CLOCK.monotonic() == 35

    runner.run(main())


@pytest.mark.parametrize("outside", [True, False])
def test_a_deadline_passes_and_the_action_ends(runner: asyncio.Runner, *, outside: bool) -> None:
    action = Action(30)

    async def main() -> None:
        first, second = CLOCK.until(10), CLOCK.at(5, action)
        with pytest.raises(DeadlinePassed):
            async with first if outside else second, second if outside else first:
                await CLOCK.sleep(60)
        assert CLOCK.monotonic() == 35

    runner.run(main())
    assert action.ended == 35
