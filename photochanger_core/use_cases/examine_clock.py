"""See whether the wall clock can be right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from photochanger_core.domain.checkup import Finding, Sign, failure, well
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_list import JobFilter, JobListPort

CLOCK: Final = "clock"

_YEARS: Final = range(2026, 2100)
"""Whatever is before was before this program; a machine without a battery starts in 1970."""

_AHEAD: Final = timedelta(minutes=1)


@frozen(kw_only=True)
class ExamineClock:
    """See whether the wall clock can be right: links end by it, and days are counted by it."""

    clock: ClockPort
    job_list: JobListPort

    async def __call__(self) -> Sequence[Finding]:
        """Return whether it shows a year that can be."""
        now = self.clock.now()
        shown = f"{now:%Y-%m-%d %H:%M} UTC"
        if now.year in _YEARS:
            return [well(CLOCK, Sign.CLOCK_OK, now=shown)]
        return [failure(CLOCK, Sign.CLOCK_WRONG, now=shown)]

    async def against_jobs(self) -> Sequence[Finding]:
        """Return whether it was set back behind photos that have been taken.

        Raises:
            QueueUnavailable: If they cannot be looked for.
        """
        now = self.clock.now()
        for job in await self.job_list.page(JobFilter(), 1):
            if job.started_at > now + _AHEAD:
                ahead = (job.started_at - now).total_seconds()
                return [failure(CLOCK, Sign.CLOCK_SET_BACK, minutes=round(ahead / 60))]
        return []
