"""Jobs, leafed through."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_core.domain.place import Place


@frozen(kw_only=True)
class JobFilter:
    """Which jobs are asked for; what is None excludes none.

    Attributes:
        statuses: Any of these.
        before: Only jobs behind this place, by when they began: the next page.
    """

    slot_id: SlotId | None = None
    statuses: frozenset[JobStatus] | None = None
    source: JobSource | None = None
    before: Place | None = None


class JobListPort(Protocol):
    """Jobs, leafed through. Raises QueueUnavailable if the store does not answer in time."""

    @abstractmethod
    async def page(self, wanted: JobFilter, limit: int) -> Sequence[Job]:
        """Return up to *limit* jobs with their attempts in order.

        The one that began last comes first, of several the one with the greater id.
        """
