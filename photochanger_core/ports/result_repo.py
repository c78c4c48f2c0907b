"""Which results there are."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job


class ResultRepoPort(Protocol):
    """Which results there are: jobs seen by what became of them.

    Every method raises QueueUnavailable if the store does not answer in time. Jobs come without
    their attempts.
    """

    @abstractmethod
    async def latest(
        self, slot_ids: Collection[SlotId], now: datetime, limit: int
    ) -> Sequence[Job]:
        """Return up to *limit* jobs that booths sent to these slots, with results kept at *now*.

        The one that finished last comes first. A result that expires at *now* is among them.
        """

    @abstractmethod
    async def expired(
        self, now: datetime, limit: int, *, slot_id: SlotId | None = None
    ) -> Sequence[Job]:
        """Return up to *limit* jobs whose result expired before *now* and is not cleaned.

        The ones that expired first come first. A result that expires at *now* is not among them.

        Args:
            now: The moment.
            limit: At most.
            slot_id: Only those sent to this slot; None: to any.
        """

    @abstractmethod
    async def mark_cleaned(self, job_id: JobId, at: datetime) -> None:
        """Store that the result of a job was removed, and forget the job's metadata.

        The first time stays. A job without a result stays as it is.
        """
