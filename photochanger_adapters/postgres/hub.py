"""One ear and one question for everybody in this process who waits for a job."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, Self

from attrs import define, field, frozen
from sqlalchemy import Select, func, or_, select

from photochanger_core.domain.errors import JobNotFound, QueueUnavailable
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort

from .columns import MOMENT
from .ear import Ear
from .gateway import Gateway
from .job_clauses import CHANNEL, among, jobs
from .job_rows import to_job
from .statements import Statement, given
from .tables import JOBS

_LOOK_EVERY: Final = 0.5
"""Seconds between looks: nobody tells of the end of a lease, or of anything while we are deaf."""


def _standings() -> Select[Any]:
    """How jobs stand, all lines counted through once."""
    is_live = or_(JOBS.c.lease_until >= given("now", MOMENT), among("live"))
    live_before = (
        func.count()
        .filter(is_live)
        .over(partition_by=JOBS.c.line, order_by=JOBS.c.ticket, rows=(None, -1))
    )
    lines = (
        select(JOBS.c.job_id, live_before.label("before"))
        .where(JOBS.c.ticket.is_not(None))
        .subquery()
    )
    before = func.coalesce(lines.c.before, 0).label("before")
    its_place = lines.c.job_id == JOBS.c.job_id
    return jobs().add_columns(before).outerjoin(lines, its_place).where(among("job_ids"))


_STANDINGS: Final = Statement.of(_standings())


@frozen(kw_only=True)
class Standing:
    """How things stood with a job.

    Attributes:
        at: When that was.
        before: So many live jobs were before it in its line.
    """

    job: Job
    at: datetime
    before: int


@define(eq=False)
class _Waiter:
    job_id: JobId
    settles: Callable[[Standing], bool]
    future: asyncio.Future[Standing] = field(factory=asyncio.Future)

    def consider(self, standing: Standing | None) -> None:
        if standing and not self.future.done() and self.settles(standing):
            self.future.set_result(standing)

    def fail(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)
            self.future.exception()  # whoever waits may be leaving, which is no cause for alarm


@define(eq=False)
class Hub:
    """Lets tasks of this process wait for jobs, whoever moves them.

    Listens on a connection of its own, and asks one question for all who wait, when something
    was said or every half second; none while nobody waits. To be used as a context manager.
    """

    _gateway: Gateway
    _dsn: str = field(repr=False)
    _clock: ClockPort
    _live: Callable[[], Collection[JobId]]
    _waiters: set[_Waiter] = field(factory=set, init=False)
    _happened: asyncio.Event = field(factory=asyncio.Event, init=False)
    _ear: Ear = field(init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    @_ear.default
    def _own_ear(self) -> Ear:
        return Ear(self._dsn, CHANNEL, lambda _: self._happened.set())

    async def __aenter__(self) -> Self:
        await self._ear.__aenter__()
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._ear.__aexit__()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def when(self, job_id: JobId, settles: Callable[[Standing], bool]) -> Standing:
        """Return how things stand with a job as soon as *settles* holds of it.

        Raises:
            JobNotFound: If there is none.
            QueueUnavailable: If the database does not answer at first. Later it may be away.
        """
        waiter = _Waiter(job_id, settles)
        self._waiters.add(waiter)  # before asking, so that nothing is missed in between
        try:
            standings = await self._ask([job_id])
            if job_id not in standings:
                raise JobNotFound
            waiter.consider(standings[job_id])
            return await waiter.future
        finally:
            self._waiters.discard(waiter)

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._happened.wait()
            self._happened.clear()
            if self._waiters:
                await self._look()

    async def _look(self) -> None:
        waiters = [*self._waiters]
        try:
            standings = await self._ask({waiter.job_id for waiter in waiters})
        except QueueUnavailable:
            return  # they go on waiting
        except Exception as bug:  # theirs to tell: this task has nobody, and has to go on
            for waiter in waiters:
                waiter.fail(bug)
            return
        for waiter in waiters:
            waiter.consider(standings.get(waiter.job_id))

    async def _ask(self, job_ids: Collection[JobId]) -> Mapping[JobId, Standing]:
        now = self._clock.now()
        rows = await self._gateway.rows(
            _STANDINGS, job_ids=list(job_ids), live=list(self._live()), now=now
        )
        standings = [Standing(job=to_job(row), at=now, before=row["before"]) for row in rows]
        return {standing.job.job_id: standing for standing in standings}
