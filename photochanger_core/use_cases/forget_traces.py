"""Forget what was written down, once its time is over."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from photochanger_core.domain.cleanup import LIVES, Leftover
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.traces import TracesPort

from .cleaning import Cleaning


@frozen(kw_only=True)
class ForgetTraces:
    """Forget what was written down of jobs and people, once its time is over."""

    traces: TracesPort
    clock: ClockPort

    async def __call__(self, cleaning: Cleaning) -> None:
        """Do so.

        Raises:
            QueueUnavailable: If it cannot go on; what is done stays done.
        """
        now = self.clock.now()
        for what, life in LIVES.items():
            total = await self.traces.count(what, now - life)
            if cleaning.dry_run:
                cleaning.remove(what, number=total)
            else:
                await self._forget(what, now - life, cleaning, total)

    async def _forget(
        self, what: Leftover, before: datetime, cleaning: Cleaning, total: int
    ) -> None:
        while number := await self.traces.forget(what, before, cleaning.batch):
            cleaning.remove(what, number=number)
            cleaning.look_at(what, number, total)
