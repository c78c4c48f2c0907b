"""What is taken for dead, and what is not, whatever the wall clock does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.events import JobNotClosed
from photochanger_core.domain.job import JobStatus

from .sending import Sending
from .service import OWNERS, Service
from .stories import HERE, SLOT, only_job, play, slow_database


@pytest.mark.parametrize("restarted", [True, False])
@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_a_dead_servers_jobs_are_closed_whatever_the_wall_clock_does(
    hours: int, restarted: bool
) -> None:
    async def story(service: Service) -> None:
        service.send(Sending(number=1, slot=SLOT, asking=9.5), HERE)
        await service.world.clock.sleep(1)
        await service.kill(HERE)
        service.step(timedelta(hours=hours))
        if restarted:
            await service.start(HERE)
        await service.swept()
        assert only_job(service).failure_reason is FailureReason.INTERRUPTED
        assert not await service.kept()

    play(story)


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_a_job_that_could_not_be_closed_is_closed_by_the_sweep(hours: int) -> None:
    async def story(service: Service) -> None:
        service.send(Sending(number=1, slot=SLOT, asking=1), HERE)
        await service.world.clock.sleep(0.5)
        service.disturb(is_fault=True)
        service.trouble.database_away = True
        await service.answered()
        assert any(isinstance(event, JobNotClosed) for event in service.world.events.events)
        service.step(timedelta(hours=hours))
        await service.swept()
        assert only_job(service).failure_reason is FailureReason.INTERRUPTED
        assert not await service.kept()

    play(story)


def test_a_job_that_is_being_admitted_is_not_taken_for_dead() -> None:
    async def story(service: Service) -> None:
        slow_database(service, 0.25)
        service.send(Sending(number=1, slot=SLOT, asking=3), HERE)
        await service.world.clock.sleep(0.3)
        service.step(timedelta(hours=1))
        await service.servers[HERE].sweep()
        await service.answered()
        assert only_job(service).status is JobStatus.DONE

    play(story)


def test_a_job_that_begins_while_the_sweep_reads_is_not_taken_for_dead() -> None:
    async def story(service: Service) -> None:
        slow_database(service, 0.25)
        sweep = asyncio.create_task(service.servers[HERE].sweep())
        await service.world.clock.sleep(0.01)
        slow_database(service, 0.0625)
        service.send(Sending(number=1, slot=SLOT, asking=3), HERE)
        await sweep
        await service.answered()
        assert only_job(service).status is JobStatus.DONE

    play(story)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_stepped_wall_clock_changes_nothing_for_those_under_way(hours: int) -> None:
    async def story(service: Service) -> None:
        for number, asking in enumerate([9.5, 9.5, 60]):
            service.send(Sending(number=number, slot=SLOT, asking=asking), OWNERS[number % 2])
        await service.world.clock.sleep(0.5)
        service.step(timedelta(hours=hours))
        await service.answered()

    play(story)
