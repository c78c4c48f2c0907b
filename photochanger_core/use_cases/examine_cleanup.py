"""See whether expired results are removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from photochanger_core.domain.checkup import Finding, Sign, warning, well
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.result_repo import ResultRepoPort

CLEANUP: Final = "cleanup"

_OVERDUE: Final = timedelta(minutes=30)
"""Cleanup is to run every quarter of an hour: it was missed twice."""


@frozen(kw_only=True)
class ExamineCleanup:
    """See whether expired results are removed: by those that should be, whoever removes them."""

    results: ResultRepoPort
    clock: ClockPort

    async def __call__(self) -> Sequence[Finding]:
        """Return what was found.

        Raises:
            QueueUnavailable: If they cannot be looked for.
        """
        now = self.clock.now()
        for job in await self.results.expired(now - _OVERDUE, 1):
            if job.result is not None:
                since = (now - job.result.expires_at).total_seconds()
                return [warning(CLEANUP, Sign.CLEANUP_OVERDUE, hours=since / 3600)]
        return [well(CLEANUP, Sign.CLEANUP_OK)]
