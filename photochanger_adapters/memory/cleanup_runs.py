"""Runs of the cleaning up in a list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from attrs import define, field

from photochanger_core.domain.cleanup import CleanupRun
from photochanger_core.ports.cleanup_runs import CleanupRunsPort


@define
class MemoryCleanupRuns(CleanupRunsPort):
    """Runs of the cleaning up in a list.

    Attributes:
        runs: All of them, in the order in which they were noted.
    """

    runs: list[CleanupRun] = field(factory=list, init=False)
    _is_taken: bool = field(default=False, init=False)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[bool]:
        if self._is_taken:
            yield False
            return
        self._is_taken = True
        try:
            yield True
        finally:
            self._is_taken = False

    async def note(self, run: CleanupRun) -> None:
        self.runs.append(run)

    async def last_success(self) -> CleanupRun | None:
        successes = [run for run in self.runs if run.is_success]
        return max(successes, key=lambda run: run.finished_at, default=None)

    async def since(self, moment: datetime) -> Sequence[CleanupRun]:
        found = [run for run in self.runs if run.finished_at > moment]
        return sorted(found, key=lambda run: run.finished_at)
