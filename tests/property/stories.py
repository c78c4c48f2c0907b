"""Short stories about the service, told step by step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from attrs import evolve

from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import Job, JobStatus
from tests.virtual_time import run

from .service import OWNERS, Service
from .verdicts import check_always, check_ends

SLOT: Final = SlotId("slot-001")
HERE, THERE = OWNERS


def play(story: Callable[[Service], Awaitable[None]]) -> None:
    """Play *story*, and check what must hold at its end."""

    async def played() -> None:
        service = Service()
        await service.open()
        await story(service)
        check_always(service)
        await service.swept()
        check_always(service)
        await check_ends(service)
        await service.close()

    run(played())


def only_job(service: Service) -> Job:
    """Return the one job there is."""
    [job] = service.ledger.jobs
    return job


def slow_database(service: Service, seconds: float) -> None:
    """Let every way to the database, and every way back, take *seconds*."""
    service.disturb(is_fault=False)
    service.trouble.database_seconds = seconds


def forget_start(service: Service) -> None:
    """Let a crash of the database take back that the one job there is has started."""
    job = only_job(service)
    service.disturb(is_fault=True)
    service.world.jobs.jobs[job.job_id] = evolve(job, status=JobStatus.PENDING)
    service.ledger.lives[job.job_id].start_is_forgotten = True
