"""What one run works on."""

from __future__ import annotations

from datetime import timedelta

from attrs import define, field

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import Deadline
from photochanger_core.domain.job import Job
from photochanger_core.domain.slot import Slot


@define
class Assignment:
    """What one run works on, and how far it has come.

    Attributes:
        photo: Closed by the run.
        began: When the job was admitted, on the monotonic clock.
        provider_asked: Whether money may have been spent: from then on the job is worth
            finishing even if nobody waits for it.
    """

    job: Job
    slot: Slot
    photo: Blob
    deadline: Deadline
    result_ttl: timedelta
    began: float
    provider_asked: bool = field(default=False, init=False)

    def seconds_left(self, monotonic: float) -> float:
        """Return the seconds from *monotonic* to the deadline, at least 0."""
        return max(0.0, self.deadline.moment - monotonic)
