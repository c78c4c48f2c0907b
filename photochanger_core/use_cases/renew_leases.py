"""Keep the jobs that run here alive in the eyes of others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from attrs import define, field

from photochanger_core.domain.ids import JobId
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.runs import RunsPort

LEASE: Final = timedelta(seconds=15)
"""So long a job counts as alive without a word from its server."""

RENEW_EVERY: Final = 5.0
"""Seconds between renewals: two may fail."""


@define(kw_only=True)
class RenewLeases:
    """Keep the jobs that run here alive in the eyes of others. To be called every `RENEW_EVERY`.

    A job that somebody else has closed is not worth going on with: its run is cancelled when it
    is found closed twice, as one found so for the first time may just be ending by itself.
    """

    jobs: JobRepoPort
    runs: RunsPort
    clock: ClockPort
    _closed: Collection[JobId] = field(default=(), init=False)

    async def __call__(self) -> None:
        """Renew the leases of all jobs that run here.

        Raises:
            QueueUnavailable: If that cannot be stored.
        """
        live = self.runs.live()
        closed = await self.jobs.renew(live, self.clock.now() + LEASE) if live else ()
        for job_id in set(closed) & set(self._closed):
            self.runs.cancel(job_id)
        self._closed = closed

    async def until_idle(self) -> None:
        """Wait for the last job that runs here: so long leases have to be renewed."""
        await self.runs.idle()
