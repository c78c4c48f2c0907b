"""Runs of the cleaning up, in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from attrs import field, frozen
from sqlalchemy import insert, select

from photochanger_core.domain.cleanup import CleanupRun, Leftover
from photochanger_core.ports.cleanup_runs import CleanupRunsPort

from .columns import MOMENT
from .gateway import Gateway, Lock
from .session import Row, session
from .statements import Statement, given
from .tables import CLEANUP_RUNS

_LOCK: Final = f"SELECT pg_try_advisory_lock({Lock.CLEANUP:d}) AS is_alone"
_SECONDS: Final = 5.0
_COLUMNS: Final = [each for each in CLEANUP_RUNS.c if each.key != "id"]

_NOTE: Final = Statement.of(
    insert(CLEANUP_RUNS).values({each: given(each.name, each.type) for each in _COLUMNS})
)
_LAST_SUCCESS: Final = Statement.of(
    select(*_COLUMNS)
    .where(CLEANUP_RUNS.c.slot_id.is_(None), CLEANUP_RUNS.c.failed == 0)
    .order_by(CLEANUP_RUNS.c.finished_at.desc())
    .limit(1)
)

_SINCE: Final = Statement.of(
    select(*_COLUMNS)
    .where(CLEANUP_RUNS.c.finished_at > given("moment", MOMENT))
    .order_by(CLEANUP_RUNS.c.finished_at)
)


@frozen
class PgCleanupRuns(CleanupRunsPort):
    """Runs in `cleanup_run`; who cleans up holds an advisory lock on a connection of its own."""

    _gateway: Gateway
    _dsn: str = field(repr=False)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[bool]:
        async with session(self._dsn, seconds=_SECONDS) as database:
            [row] = await database.run(_LOCK)
            yield row["is_alone"]

    async def note(self, run: CleanupRun) -> None:
        values = {each.name: getattr(run, each.name) for each in _COLUMNS}
        await self._gateway.rows(_NOTE, **values | {"removed": dict(run.removed)})

    async def last_success(self) -> CleanupRun | None:
        rows = await self._gateway.rows(_LAST_SUCCESS)
        return _to_run(rows[0]) if rows else None

    async def since(self, moment: datetime) -> Sequence[CleanupRun]:
        return [_to_run(row) for row in await self._gateway.rows(_SINCE, moment=moment)]


def _to_run(row: Row) -> CleanupRun:
    removed = {Leftover(what): number for what, number in row["removed"].items()}
    return CleanupRun(**{**row, "removed": removed})
