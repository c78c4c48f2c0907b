"""What one run works on."""

from __future__ import annotations

from datetime import timedelta

from attrs import define, field

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import Deadline
from photochanger_core.domain.job import Job
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.job_repo import Limits


@define
class Assignment:
    """What one run works on, and how far it has come.

    Attributes:
        photo: Closed by the run.
        began: When the run began, on the monotonic clock.
        admitted: Whether the job is known to be stored.
        provider_asked: Whether money may have been spent: from then on the job is worth
            finishing even if nobody waits for it.
        closing: Whether its end is being stored, which nothing must keep from happening.
    """

    job: Job
    slot: Slot
    photo: Blob
    limits: Limits
    deadline: Deadline
    result_ttl: timedelta
    began: float
    admitted: bool = field(default=False, init=False)
    provider_asked: bool = field(default=False, init=False)
    closing: bool = field(default=False, init=False)

    @property
    def is_abandonable(self) -> bool:
        """Whether the job goes with whoever waits for it."""
        return not (self.provider_asked or self.closing)

    def seconds_left(self, monotonic: float) -> float:
        """Return the seconds from *monotonic* to the deadline, at least 0."""
        return max(0.0, self.deadline.moment - monotonic)
