"""Tell of cleanings up, whoever did them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import define, field

from photochanger_core.domain.cleanup import CleanupRun
from photochanger_core.domain.events import CleanedUp
from photochanger_core.ports.cleanup_runs import CleanupRunsPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort

HEAR_EVERY: Final = 10.0
"""Seconds between looks."""


@define(kw_only=True)
class HearOfCleanups:
    """Tell of cleanings up, whoever did them: a command of a timer has nobody to tell."""

    runs: CleanupRunsPort
    clock: ClockPort
    events: EventsPort
    _heard: datetime | None = field(default=None, init=False)

    async def __call__(self) -> None:
        """Tell of those that ended since the last call; the first call tells of none.

        Raises:
            QueueUnavailable: If they cannot be read.
        """
        if self._heard is None:
            self._heard = self.clock.now()
        for run in await self.runs.since(self._heard):
            self._heard = run.finished_at
            self.events.emit(_event(run))


def _event(run: CleanupRun) -> CleanedUp:
    return CleanedUp(
        slot_id=run.slot_id,
        seconds=(run.finished_at - run.started_at).total_seconds(),
        removed=run.removed,
        bytes_freed=run.bytes_freed,
        failed=run.failed,
    )
