"""A wall clock that stands still until it is set."""

from __future__ import annotations

from datetime import datetime

from attrs import define

from photochanger_adapters.system.clock import SystemClock


@define
class SteppedClock(SystemClock):
    """Waits as the machine does, and shows what it was set to.

    Attributes:
        moment: What it shows.
    """

    moment: datetime

    def now(self) -> datetime:
        return self.moment
