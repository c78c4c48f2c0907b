"""Which results there are."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job
from photochanger_core.domain.place import Place


@frozen(kw_only=True)
class ResultCount:
    """How many results are not cleaned: past their time, and not."""

    expired: int
    kept: int


class ResultRepoPort(Protocol):
    """Which results there are: jobs seen by what became of them.

    Every method raises QueueUnavailable if the store does not answer in time. Jobs come without
    their attempts.
    """

    @abstractmethod
    async def latest(
        self,
        slot_ids: Collection[SlotId],
        now: datetime,
        limit: int,
        *,
        before: Place | None = None,
    ) -> Sequence[Job]:
        """Return up to *limit* jobs that booths sent to these slots, with results kept at *now*.

        The one that finished last comes first, of several the one with the greater id. A result
        that expires at *now* is among them.

        Args:
            slot_ids: The slots.
            now: The moment.
            limit: At most.
            before: Only those behind this place, by when they finished; None: all.
        """

    @abstractmethod
    async def expired(
        self,
        now: datetime,
        limit: int,
        *,
        slot_id: SlotId | None = None,
        after: Job | None = None,
    ) -> Sequence[Job]:
        """Return up to *limit* jobs whose result expired before *now* and is not cleaned.

        The ones that expired first come first, of several the one with the smaller id. A result
        that expires at *now* is not among them.

        Args:
            now: The moment.
            limit: At most.
            slot_id: Only those sent to this slot; None: to any.
            after: Only those that come after this one, cleaned or not, in this order; None: all.
        """

    @abstractmethod
    async def kept(
        self,
        now: datetime,
        limit: int,
        *,
        slot_id: SlotId | None = None,
        after: Job | None = None,
    ) -> Sequence[Job]:
        """Return up to *limit* jobs whose result is kept at *now*, as `expired` does the others."""

    @abstractmethod
    async def count(self, now: datetime, *, slot_id: SlotId | None = None) -> ResultCount:
        """Return how many `expired` and `kept` would return, if there were no limit."""

    @abstractmethod
    async def with_files(self, job_ids: Collection[JobId]) -> Collection[JobId]:
        """Return those among *job_ids* that may have files.

        They run, or have a result that is not cleaned.
        """

    @abstractmethod
    async def ended_without(self, since: datetime, limit: int) -> Sequence[Job]:
        """Return up to *limit* jobs that ended without a result and do not run.

        Only those started at *since* or later; the one that started last comes first, of several
        the one with the greater id.
        """

    @abstractmethod
    async def mark_cleaned(self, job_ids: Collection[JobId], at: datetime) -> None:
        """Store that the results of these jobs were removed, and forget the jobs' metadata.

        The first time stays. Jobs without a result stay as they are. Of several removed at once no
        more is told to those who follow (`ChangesPort`) than that something has changed.
        """
