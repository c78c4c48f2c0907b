"""Waiting for what happens to jobs in a dict."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Final

from attrs import define, evolve, field

from photochanger_core.domain.errors import Interrupted
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.turns import TurnsPort

from .job_repo import MemoryJobRepo

_LOOK_EVERY: Final = 0.5
"""Seconds between looks at leases, whose end nobody tells."""


@define(eq=False)
class MemoryTurns(TurnsPort):
    """Waiting for what happens to the jobs of a `MemoryJobRepo`.

    Attributes:
        live: Tells which jobs run in this process.
    """

    _jobs: MemoryJobRepo
    _clock: ClockPort
    _live: Callable[[], Collection[JobId]] = frozenset
    _happened: asyncio.Event = field(factory=asyncio.Event, init=False)

    def __attrs_post_init__(self) -> None:
        self._jobs.told.append(self._happened.set)

    async def turn(self, job: Job, *, places: int) -> None:
        while self._before(await self._running(job)) >= places:
            await self._something()

    async def requeue(self, job: Job, provider: str) -> Job:
        moved = evolve(await self._running(job), ticket=self._jobs.new_ticket())
        self._jobs.jobs[job.job_id] = moved
        self._jobs.lines[job.job_id] = provider
        self._jobs.tell()
        return evolve(job, ticket=moved.ticket, ahead=None)

    async def ended(self, job_id: JobId) -> Job:
        while True:
            job = await self._jobs.get(job_id)
            if not job.is_running or job.is_overdue(self._clock.now()):
                return job
            await self._something()

    async def _running(self, job: Job) -> Job:
        stored = await self._jobs.get(job.job_id)
        if not stored.is_running:
            raise Interrupted("closed by somebody while it waited")
        return stored

    def _before(self, job: Job) -> int:
        line = self._jobs.lines[job.job_id]
        tickets = self._jobs.waiting(line, self._clock.now(), self._live())
        return sum(ticket < (job.ticket or 0) for ticket in tickets)

    async def _something(self) -> None:
        """Wait until something may have happened."""
        self._happened.clear()
        try:
            async with asyncio.timeout(_LOOK_EVERY):
                await self._happened.wait()
        except TimeoutError:
            return
