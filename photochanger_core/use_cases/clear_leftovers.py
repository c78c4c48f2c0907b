"""Remove the files of jobs that have ended without a result."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from photochanger_core.domain.cleanup import ORPHAN_AGE
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.result_repo import ResultRepoPort

CLEAR_EVERY: Final = 30.0
"""Seconds between two times: what an unfinished job has left is gone two minutes after it."""

_MOST: Final = 1000
"""Jobs looked at each time, the youngest: what a flood of failures leaves the purge finds."""


@frozen(kw_only=True)
class ClearLeftovers:
    """Remove the files of jobs that have ended without a result.

    Whoever closes a job so removes its files then. A server that is killed in between, or a disk
    that is away, leaves them; what is still there after an hour the purge finds.
    """

    results: ResultRepoPort
    media: MediaStorePort
    clock: ClockPort

    async def __call__(self) -> None:
        """Do so. To be called every `CLEAR_EVERY`.

        Raises:
            QueueUnavailable: If the jobs cannot be read.
            StorageUnavailable: At the end, if something could not be removed.
        """
        trouble: StorageUnavailable | None = None
        since = self.clock.now() - ORPHAN_AGE
        for job in await self.results.ended_without(since, _MOST):
            try:
                await self.media.discard(job.slot_id, job.job_id)
            except StorageUnavailable as error:
                trouble = error
        if trouble is not None:
            raise trouble
