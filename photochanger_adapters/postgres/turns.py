"""Turns and ends of jobs, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, Self

from attrs import define, evolve, field
from sqlalchemy import select, update

from photochanger_core.domain.errors import Interrupted
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.turns import TurnsPort

from .gateway import Gateway, Lock
from .hub import Hub
from .job_clauses import RUNS, TELL, THIS, values_of_job
from .statements import Statement
from .tables import JOBS, NEW_TICKET

_moved = (
    update(JOBS)
    .where(THIS, RUNS)
    .values({**values_of_job(["line"]), JOBS.c.ticket: NEW_TICKET})
    .returning(JOBS.c.ticket)
    .cte("moved")
)
_REQUEUE: Final = Statement.of(select(_moved.c.ticket, TELL))


@define(eq=False)
class PgTurns(TurnsPort):
    """Lines of tickets in `job_history`; a `Hub` waits. To be used as a context manager.

    Attributes:
        live: Tells which jobs run in this process.
    """

    _gateway: Gateway
    _dsn: str = field(repr=False)
    _clock: ClockPort
    _live: Callable[[], Collection[JobId]] = frozenset
    _hub: Hub = field(init=False)

    @_hub.default
    def _own_hub(self) -> Hub:
        return Hub(self._gateway, self._dsn, self._clock, self._live)

    async def __aenter__(self) -> Self:
        await self._hub.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._hub.__aexit__()

    async def turn(self, job: Job, *, places: int) -> None:
        standing = await self._hub.when(
            job.job_id, lambda now: not now.job.is_running or now.before < places
        )
        _check_running(runs=standing.job.is_running)

    async def requeue(self, job: Job, provider: str) -> Job:
        # Under the lock of admission, as all tickets are drawn: otherwise a smaller ticket could
        # be committed after a larger one was granted its turn, and one too many be at work.
        rows = await self._gateway.serialised(
            Lock.ADMISSION, _REQUEUE, job_id=job.job_id, line=provider
        )
        _check_running(runs=bool(rows))
        [row] = rows
        return evolve(job, ticket=row["ticket"], ahead=None)

    async def ended(self, job_id: JobId) -> Job:
        standing = await self._hub.when(
            job_id, lambda now: not now.job.is_running or now.job.is_overdue(now.at)
        )
        return standing.job


def _check_running(*, runs: bool) -> None:
    if not runs:
        raise Interrupted("closed by somebody while it waited")
