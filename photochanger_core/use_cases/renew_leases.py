"""Keep the jobs that run here alive in the eyes of others."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from attrs import frozen

from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.runs import RunsPort

LEASE: Final = timedelta(seconds=15)
"""So long a job counts as alive without a word from its server."""

RENEW_EVERY: Final = 5.0
"""Seconds between renewals: two may fail."""


@frozen(kw_only=True)
class RenewLeases:
    """Keep the jobs that run here alive in the eyes of others. To be called every `RENEW_EVERY`."""

    jobs: JobRepoPort
    runs: RunsPort
    clock: ClockPort

    async def __call__(self) -> None:
        """Renew the leases of all jobs that run here.

        Raises:
            QueueUnavailable: If that cannot be stored.
        """
        if live := self.runs.live():
            await self.jobs.renew(live, self.clock.now() + LEASE)

    async def until_idle(self) -> None:
        """Wait for the last job that runs here: so long leases have to be renewed."""
        await self.runs.idle()
