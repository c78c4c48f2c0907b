"""The one deadline of a job."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

GRACE: Final = 0.15
"""Seconds after the deadline in which a job is closed and the answer leaves; 0.25 are promised."""


class DeadlinePassed(Exception):
    """The moment given to `ClockPort.until` came before the work was done."""


@frozen(kw_only=True)
class Deadline:
    """The moment by which a guest has an answer.

    Attributes:
        moment: On the monotonic clock, in seconds: what is waited for. Steps of the wall
            clock do not move it.
        at: The same on the wall clock: what is stored.
    """

    moment: float
    at: datetime

    @classmethod
    def after(cls, seconds: float, *, monotonic: float, now: datetime) -> Deadline:
        """Return the deadline *seconds* from now, *now* being told by both clocks."""
        return cls(moment=monotonic + seconds, at=now + timedelta(seconds=seconds))
