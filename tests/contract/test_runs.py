"""What every `RunsPort` promises; there is one, in tests as in production."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.domain.errors import JobCancelled, QueueUnavailable, StorageUnavailable
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, JobSource
from tests.virtual_time import VirtualTimeLoop

ID, OTHER = JobId("11111111-1111-4111-8111-111111111111"), JobId("another")
MOMENT = datetime(2026, 11, 21, tzinfo=UTC)
JOB = Job(
    job_id=ID,
    slot_id=SlotId("slot-001"),
    slot_version=1,
    source=JobSource.INGEST,
    provider_id="gemini",
    started_at=MOMENT,
    sync_deadline=MOMENT,
    expires_at=MOMENT,
    owner="here",
    lease_until=MOMENT,
    photo_sha256="",
)


class Loop:
    """A loop in virtual time, and what its exception handler was told."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self.told: list[BaseException] = []
        runner.get_loop().set_exception_handler(
            lambda _, context: self.told.append(context["exception"])
        )

    def run(self, main: Callable[[TaskRuns], Coroutine[Any, Any, None]]) -> None:
        self._runner.run(main(TaskRuns()))


@pytest.fixture
def loop() -> Iterator[Loop]:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        yield Loop(runner)


async def work() -> Job:
    await asyncio.sleep(5)
    return JOB


async def fail() -> Job:
    await asyncio.sleep(5)
    raise QueueUnavailable("gone")


async def stumble() -> Job:
    await asyncio.sleep(5)
    raise ZeroDivisionError


def test_all_who_wait_get_the_job(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        runs.begin(ID, work)
        one, other = await asyncio.gather(runs.ended(ID), runs.ended(ID))
        assert one == other == JOB

    loop.run(main)


def test_all_who_wait_get_the_error(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        runs.begin(ID, fail)
        waiting = (runs.ended(ID), runs.ended(ID))
        errors = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(error) for error in errors] == [QueueUnavailable] * 2

    loop.run(main)
    assert not loop.told


def test_live_are_those_that_have_begun_and_not_ended(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        assert runs.live() == frozenset()
        runs.begin(ID, work)
        runs.begin(OTHER, fail)
        assert runs.live() == {ID, OTHER}
        await asyncio.gather(runs.ended(ID), runs.ended(OTHER), return_exceptions=True)
        assert runs.live() == frozenset()

    loop.run(main)


def test_giving_up_waiting_leaves_the_work_running(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        runs.begin(ID, work)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(runs.ended(ID), 1)
        assert await runs.ended(ID) == JOB

    loop.run(main)


def test_one_work_a_job(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        runs.begin(ID, work)
        with pytest.raises(RuntimeError):
            runs.begin(ID, fail)
        assert await runs.ended(ID) == JOB

    loop.run(main)


def test_what_is_not_live_is_cancelled(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        with pytest.raises(JobCancelled):
            await runs.ended(ID)
        runs.cancel(ID)
        runs.begin(ID, work)
        await runs.ended(ID)
        with pytest.raises(JobCancelled):
            await runs.ended(ID)

    loop.run(main)


def test_cancelling_ends_the_work_and_tells_who_waits(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        runs.begin(ID, work)
        waiting = asyncio.create_task(runs.ended(ID))
        await asyncio.sleep(1)
        runs.cancel(ID)
        with pytest.raises(JobCancelled):
            await waiting
        assert asyncio.get_running_loop().time() == 1

    loop.run(main)


def test_work_that_is_cancelled_at_once_has_still_begun(loop: Loop) -> None:
    cleaned = []

    async def careful() -> Job:
        try:
            return await work()
        finally:
            cleaned.append(ID)

    async def main(runs: TaskRuns) -> None:
        runs.begin(ID, careful)
        runs.cancel(ID)
        with pytest.raises(JobCancelled):
            await runs.ended(ID)

    loop.run(main)
    assert cleaned == [ID]


def test_work_may_answer_being_cancelled_in_its_own_way(loop: Loop) -> None:
    async def stubborn() -> Job:
        try:
            return await work()
        except asyncio.CancelledError:
            return JOB

    async def main(runs: TaskRuns) -> None:
        runs.begin(ID, stubborn)
        runs.cancel(ID)
        assert await runs.ended(ID) == JOB

    loop.run(main)


def test_an_error_nobody_waits_for_is_no_news(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        runs.begin(ID, fail)
        await asyncio.sleep(10)

    loop.run(main)
    assert not loop.told


def test_a_bug_is_told_even_if_nobody_waits(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        runs.begin(ID, stumble)
        await asyncio.sleep(10)

    loop.run(main)
    assert [type(error) for error in loop.told] == [ZeroDivisionError]


@pytest.mark.parametrize("patience, ended", [(9, [ID]), (2, [])])
def test_draining_waits_and_then_cancels(loop: Loop, patience: float, ended: list[JobId]) -> None:
    done = []

    async def noted() -> Job:
        job = await work()
        done.append(job.job_id)
        return job

    async def main(runs: TaskRuns) -> None:
        runs.begin(ID, noted)
        await runs.drain(patience)
        assert runs.live() == frozenset()
        assert asyncio.get_running_loop().time() == min(patience, 5)

    loop.run(main)
    assert done == ended


class Chore:
    """Takes 5 seconds, then does what it is told to; knows what became of it."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error
        self.fate: list[str] = []

    async def __call__(self) -> None:
        self.fate.append("begun")
        try:
            await asyncio.sleep(5)
            self.fate.append("done")
            if self._error is not None:
                raise self._error
        finally:
            self.fate.append("over")


DONE, CANCELLED = ["begun", "done", "over"], ["begun", "over"]


def test_a_chore_goes_on_without_whoever_began_it(loop: Loop) -> None:
    chore = Chore()

    async def main(runs: TaskRuns) -> None:
        async def leave() -> None:
            runs.aside(chore)
            raise LookupError

        with pytest.raises(LookupError):
            await asyncio.create_task(leave())
        assert runs.live() == frozenset()
        await runs.idle()
        assert asyncio.get_running_loop().time() == 5

    loop.run(main)
    assert chore.fate == DONE


def test_idle_waits_for_work_and_chores_and_what_they_begin(loop: Loop) -> None:
    chores = [Chore(), Chore(), Chore()]

    async def tidy() -> None:
        await chores[1]()

    async def main(runs: TaskRuns) -> None:
        async def busy() -> Job:
            job = await work()
            runs.aside(tidy)
            return job

        runs.begin(ID, busy)
        runs.aside(chores[0])
        runs.aside(chores[2])
        await runs.idle()
        assert asyncio.get_running_loop().time() == 10

    loop.run(main)
    assert [chore.fate for chore in chores] == [DONE] * 3


def test_an_error_of_a_chore_is_no_news(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        runs.aside(Chore(StorageUnavailable("away")))
        await runs.idle()

    loop.run(main)
    assert not loop.told


def test_a_bug_of_a_chore_is_told(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        runs.aside(Chore(ZeroDivisionError()))
        await runs.idle()

    loop.run(main)
    assert [type(error) for error in loop.told] == [ZeroDivisionError]


@pytest.mark.parametrize("patience, fate", [(9, DONE), (2, CANCELLED), (0, CANCELLED)])
def test_draining_waits_for_chores_and_then_cancels_them(
    loop: Loop, patience: float, fate: list[str]
) -> None:
    chore = Chore()

    async def main(runs: TaskRuns) -> None:
        runs.aside(chore)
        await runs.drain(patience)
        assert asyncio.get_running_loop().time() == min(patience, 5)

    loop.run(main)
    assert chore.fate == fate
    assert not loop.told


def test_closing_at_once_lets_a_chore_begin_so_that_it_cleans_up(loop: Loop) -> None:
    chore = Chore()

    async def main(runs: TaskRuns) -> None:
        runs.aside(chore)
        await runs.close()

    loop.run(main)
    assert chore.fate == CANCELLED


def test_closing_ends_what_cancelled_work_began_last(loop: Loop) -> None:
    chore = Chore()

    async def main(runs: TaskRuns) -> None:
        async def busy() -> Job:
            try:
                return await work()
            finally:
                runs.aside(chore)

        runs.begin(ID, busy)
        await runs.close()
        assert asyncio.get_running_loop().time() == 0

    loop.run(main)
    assert chore.fate == CANCELLED


def test_draining_nothing_takes_no_time(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        await runs.drain(60)
        await runs.close()
        assert asyncio.get_running_loop().time() == 0

    loop.run(main)


class Lookup:
    """Takes 5 seconds and returns a number, or raises; counts how often it was begun and ended."""

    def __init__(self, found: int = 1, error: Exception | None = None) -> None:
        self._found, self._error = found, error
        self.begun = self.over = 0

    async def __call__(self) -> int:
        self.begun += 1
        try:
            await asyncio.sleep(5)
            if self._error is not None:
                raise self._error
            return self._found
        finally:
            self.over += 1


def now() -> float:
    return asyncio.get_running_loop().time()


def test_shared_works_go_on_at_the_same_time(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        works = {"one": Lookup(1), "two": Lookup(2)}
        assert await runs.shared(works, until=9) == {"one": 1, "two": 2}
        assert now() == 5

    loop.run(main)


def test_what_is_not_over_in_time_is_missing_and_goes_on(loop: Loop) -> None:
    slow = Lookup()

    async def main(runs: TaskRuns) -> None:
        assert await runs.shared({"slow": slow}, until=2) == {}
        assert now() == 2
        assert await runs.shared({"slow": slow}, until=9) == {"slow": 1}
        assert now() == 5

    loop.run(main)
    assert slow.begun == 1


def test_a_moment_in_the_past_waits_for_nobody(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        assert await runs.shared({"slow": Lookup()}, until=-1) == {}
        assert now() == 0
        await runs.close()

    loop.run(main)


def test_a_name_is_worked_for_once_at_a_time_and_then_anew(loop: Loop) -> None:
    work = Lookup()

    async def main(runs: TaskRuns) -> None:
        asked = [runs.shared({"name": work}, until=9) for _ in range(3)]
        assert await asyncio.gather(*asked) == [{"name": 1}] * 3
        assert work.begun == 1
        await runs.shared({"name": work}, until=99)
        assert work.begun == 2

    loop.run(main)


def test_whoever_leaves_does_not_end_what_is_shared(loop: Loop) -> None:
    work = Lookup()

    async def main(runs: TaskRuns) -> None:
        leaving = asyncio.create_task(runs.shared({"name": work}, until=9))
        staying = asyncio.create_task(runs.shared({"name": work}, until=9))
        await asyncio.sleep(1)
        leaving.cancel()
        assert await staying == {"name": 1}

    loop.run(main)


def test_all_who_share_get_the_error(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        works = {"name": Lookup(error=QueueUnavailable("gone"))}
        asked = [runs.shared(works, until=9) for _ in range(2)]
        errors = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(error) for error in errors] == [QueueUnavailable] * 2

    loop.run(main)
    assert not loop.told


def test_a_bug_in_what_is_shared_is_told_even_if_nobody_waits(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        await runs.shared({"name": Lookup(error=ZeroDivisionError())}, until=1)
        await asyncio.sleep(10)

    loop.run(main)
    assert [type(error) for error in loop.told] == [ZeroDivisionError]


@pytest.mark.parametrize("patience", [0, 60])
def test_draining_does_not_wait_for_what_is_shared_but_ends_it(loop: Loop, patience: float) -> None:
    work = Lookup()

    async def main(runs: TaskRuns) -> None:
        asked = asyncio.create_task(runs.shared({"name": work}, until=9))
        await asyncio.sleep(0)
        await runs.drain(patience)
        assert await asked == {}
        assert now() == 0

    loop.run(main)
    assert work.begun == work.over == 1
    assert not loop.told


def test_under_one_name_one_is_inside_at_a_time(loop: Loop) -> None:
    async def main(runs: TaskRuns) -> None:
        told: list[str] = []

        async def enter(name: str, number: int) -> None:
            async with runs.alone(name):
                told.append(f"{name} {number}")
                await asyncio.sleep(1)
                told.append(f"{name} {number} over")

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(enter("slots", number)) for number in range(4)]
            group.create_task(enter("settings", 0))
            await asyncio.sleep(0.5)
            tasks[0].cancel()  # inside
            tasks[2].cancel()  # waiting
            await asyncio.sleep(3)

        assert told == [
            *("slots 0", "settings 0", "slots 1"),
            *("settings 0 over", "slots 1 over", "slots 3", "slots 3 over"),
        ]

    loop.run(main)
