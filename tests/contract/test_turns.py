"""What every `TurnsPort` promises."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from attrs import evolve

from photochanger_core.domain.errors import FailureReason, Interrupted, JobNotFound
from photochanger_core.domain.job import Job
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.turns import TurnsPort

from .clocks import SteppedClock
from .samples import (
    LEASE,
    NOON,
    PLENTY,
    TICK,
    admitted,
    done,
    job,
    job_id,
    running,
    timed_out_running_on,
)

PATIENCE = 20.0
"""Seconds after which a test that should end long before is given up."""


async def within_patience(waiting: Coroutine[Any, Any, Any]) -> Any:
    return await asyncio.wait_for(waiting, PATIENCE)


async def still_waits(jobs: JobRepoPort, *tasks: asyncio.Task[Any]) -> None:
    """Let *tasks* ask, and others come and go; they must not have come through."""
    for _ in range(20):
        await jobs.running()
        await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)


async def end(jobs: JobRepoPort, one: Job) -> None:
    assert await jobs.finish(one.failed(FailureReason.QUOTA, at=NOON))


async def lined_up(jobs: JobRepoPort, count: int, **changes: Any) -> list[Job]:
    return [await admitted(jobs, job(number, **changes)) for number in range(1, count + 1)]


def turn(turns: TurnsPort, of: Job, places: int = 1) -> asyncio.Task[None]:
    return asyncio.create_task(within_patience(turns.turn(of, places=places)))


async def test_the_first_ones_have_their_turn_at_once(jobs: JobRepoPort, turns: TurnsPort) -> None:
    first, second, third = await lined_up(jobs, 3)
    await turn(turns, second, places=2)
    await turn(turns, first, places=2)

    await still_waits(jobs, waiting := turn(turns, third, places=2))
    await end(jobs, first)
    await waiting


async def test_a_job_learns_with_its_admission_how_many_are_ahead(
    jobs: JobRepoPort, turns: TurnsPort
) -> None:
    first, second = await lined_up(jobs, 2)
    elsewhere = await admitted(jobs, job(3, provider_id="turbotext"))
    assert [one.ahead for one in (first, second, elsewhere)] == [0, 1, 0]

    await end(jobs, first)
    moved = await turns.requeue(second, "turbotext")
    assert moved.ahead is None
    assert (await admitted(jobs, job(4))).ahead == 0
    assert (await admitted(jobs, job(5, provider_id="turbotext"))).ahead == 2
    assert (await jobs.get(job_id(5))).ahead is None


async def test_whose_lease_is_over_is_ahead_of_nobody_unless_it_runs_here(
    jobs: JobRepoPort,
) -> None:
    await admitted(jobs, job(1))
    later = NOON + 2 * LEASE

    for number, live, ahead in ((2, [], 0), (3, [job_id(1)], 2)):
        new = job(number, started_at=later, lease_until=later + LEASE)
        assert (await jobs.admit(new, PLENTY, dedupe=None, live=live)).ahead == ahead


async def test_turns_go_by_tickets_whoever_asks_first(jobs: JobRepoPort, turns: TurnsPort) -> None:
    everybody = await lined_up(jobs, 4)
    order: list[Job] = []

    async def work(one: Job) -> None:
        await within_patience(turns.turn(one, places=1))
        order.append(one)
        await end(jobs, one)

    await asyncio.gather(*(work(one) for one in reversed(everybody)))
    assert order == everybody


async def test_lines_of_other_providers_do_not_matter(jobs: JobRepoPort, turns: TurnsPort) -> None:
    await admitted(jobs, job(1, provider_id="turbotext"))
    second = await admitted(jobs, job(2))

    await turn(turns, second)


async def test_a_job_whose_lease_is_over_is_passed(
    jobs: JobRepoPort, turns: TurnsPort, clock: SteppedClock
) -> None:
    await admitted(jobs, job(1))
    second = await admitted(jobs, job(2, lease_until=NOON + 2 * LEASE))
    clock.moment = NOON + LEASE
    await still_waits(jobs, waiting := turn(turns, second))

    clock.moment += TICK
    await waiting


async def test_ones_own_lease_does_not_matter(
    jobs: JobRepoPort, turns: TurnsPort, clock: SteppedClock
) -> None:
    first, second = await lined_up(jobs, 2, lease_until=NOON + LEASE)
    await jobs.renew([first.job_id], NOON + 3 * LEASE)
    clock.moment = NOON + 2 * LEASE
    await still_waits(jobs, waiting := turn(turns, second))

    await end(jobs, first)
    await waiting


async def test_a_job_that_runs_on_keeps_its_place_until_it_is_released(
    jobs: JobRepoPort, turns: TurnsPort
) -> None:
    first, second = await running(jobs, job(1)), await admitted(jobs, job(2))
    waiting = turn(turns, second)
    over = timed_out_running_on(first)
    await jobs.finish(over)
    await still_waits(jobs, waiting)

    await jobs.release(over)
    await waiting


async def test_whoever_is_closed_while_waiting_is_told(jobs: JobRepoPort, turns: TurnsPort) -> None:
    _, second = await lined_up(jobs, 2)
    await still_waits(jobs, waiting := turn(turns, second))
    await end(jobs, second)

    with pytest.raises(Interrupted):
        await waiting
    with pytest.raises(Interrupted):
        await turns.turn(second, places=5)


async def test_a_job_goes_to_the_end_of_another_line(jobs: JobRepoPort, turns: TurnsPort) -> None:
    first = await running(jobs, job(1))
    other = await admitted(jobs, job(2, provider_id="turbotext"))
    moved = await turns.requeue(evolve(first, owner="as the caller has it"), "turbotext")

    assert moved == evolve(first, owner="as the caller has it", ticket=moved.ticket)
    assert (moved.ticket or 0) > (other.ticket or 0)
    assert await jobs.get(job_id(1)) == evolve(first, ticket=moved.ticket)
    await still_waits(jobs, waiting := turn(turns, moved))
    await end(jobs, other)
    await waiting


async def test_whoever_leaves_a_line_makes_room_in_it(jobs: JobRepoPort, turns: TurnsPort) -> None:
    first, second = await lined_up(jobs, 2)
    await still_waits(jobs, waiting := turn(turns, second))
    await turns.requeue(first, "turbotext")

    await waiting


async def test_the_end_of_ones_own_line_is_behind_the_others(
    jobs: JobRepoPort, turns: TurnsPort
) -> None:
    first, second = await lined_up(jobs, 2)
    moved = await turns.requeue(first, "gemini")
    await still_waits(jobs, waiting := turn(turns, moved))

    await turn(turns, second)
    await end(jobs, second)
    await waiting


async def test_a_closed_job_goes_to_no_line(jobs: JobRepoPort, turns: TurnsPort) -> None:
    [first] = await lined_up(jobs, 1)
    await end(jobs, first)

    with pytest.raises(Interrupted):
        await turns.requeue(first, "turbotext")
    assert (await jobs.get(job_id(1))).ticket is None


async def test_many_wait_for_the_end_of_a_job(jobs: JobRepoPort, turns: TurnsPort) -> None:
    begun = await running(jobs, job())
    waiting = [asyncio.create_task(within_patience(turns.ended(job_id(1)))) for _ in range(20)]
    await still_waits(jobs, *waiting)
    await jobs.finish(done(begun))

    assert await asyncio.gather(*waiting) == [done(begun)] * 20


async def test_the_end_may_be_a_failure_or_an_abandonment(
    jobs: JobRepoPort, turns: TurnsPort
) -> None:
    first, second = await lined_up(jobs, 2)
    waiting = [
        asyncio.create_task(within_patience(turns.ended(one.job_id))) for one in (first, second)
    ]
    await still_waits(jobs, *waiting)
    failed = first.failed(FailureReason.TIMEOUT, at=NOON)
    abandoned = second.failed(FailureReason.JOB_CANCELLED, at=NOON)
    await jobs.finish(failed)
    await jobs.abandon(abandoned)

    assert await asyncio.gather(*waiting) == [failed, abandoned]
    assert await turns.ended(job_id(1)) == failed


async def test_the_end_comes_when_a_job_does_not_run_on_any_more(
    jobs: JobRepoPort, turns: TurnsPort
) -> None:
    over = [timed_out_running_on(await running(jobs, job(number))) for number in (1, 2)]
    for one in over:
        await jobs.finish(one)
    waiting = [asyncio.create_task(within_patience(turns.ended(one.job_id))) for one in over]
    await still_waits(jobs, *waiting)
    await jobs.finish(done(over[0]))
    await jobs.release(over[1])

    assert await asyncio.gather(*waiting) == [done(over[0]), evolve(over[1], ticket=None)]


async def test_a_job_whose_lease_is_over_has_ended_though_nobody_closed_it(
    jobs: JobRepoPort, turns: TurnsPort, clock: SteppedClock
) -> None:
    begun = await running(jobs, job())
    clock.moment = NOON + LEASE
    waiting = asyncio.create_task(within_patience(turns.ended(job_id(1))))
    await still_waits(jobs, waiting)
    clock.moment += TICK

    assert await waiting == begun


async def test_an_unknown_job_has_no_end_and_no_turn(turns: TurnsPort) -> None:
    with pytest.raises(JobNotFound):
        await turns.ended(job_id(1))
    with pytest.raises(JobNotFound):
        await turns.turn(job(1), places=1)


async def test_whoever_stops_waiting_leaves_the_others_be(
    jobs: JobRepoPort, turns: TurnsPort
) -> None:
    first, second = await lined_up(jobs, 2)
    leaving, staying = turn(turns, second), turn(turns, second)
    await still_waits(jobs, leaving, staying)
    leaving.cancel()
    await asyncio.wait([leaving])
    await end(jobs, first)

    await staying
    assert leaving.cancelled()
