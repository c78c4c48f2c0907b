"""What the time of a request was spent on."""

from __future__ import annotations

from enum import StrEnum

from attrs import define, field


class Phase(StrEnum):
    """What a request spends its time on, in order."""

    UPLOAD = "upload"
    WAIT = "wait"
    PROVIDER = "provider"
    STORE = "store"


@define
class Timing:
    """Seconds by phase; each moment belongs to the phase that was entered last.

    Attributes:
        since: When the present phase was entered, on the monotonic clock.
    """

    since: float
    phase: Phase = Phase.UPLOAD
    seconds: dict[Phase, float] = field(factory=dict)

    def enter(self, phase: Phase, monotonic: float) -> None:
        """Begin *phase* at *monotonic*."""
        spent = self.seconds.get(self.phase, 0.0) + monotonic - self.since
        self.seconds[self.phase] = spent
        self.phase, self.since = phase, monotonic
