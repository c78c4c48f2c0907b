"""From when on somebody wants jobs to be counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Self

from attrs import evolve, field, frozen

from .ids import SlotId
from .moments import aware


@frozen(kw_only=True)
class Starts:
    """From when on somebody wants jobs to be counted.

    What was before stays, and can be shown again. It is a way of looking at figures, not a
    change of them: everybody has their own.

    Attributes:
        everything: Of all slots, and of everything together.
        slots: Of single slots, which change nothing about everything together.
    """

    everything: datetime | None = field(default=None, validator=aware)
    slots: Mapping[SlotId, datetime] = field(factory=dict)

    def of(self, slot: SlotId | None) -> datetime | None:
        """Return from when on jobs of *slot* are counted, None meaning everything together.

        None is returned where all jobs are.
        """
        moments = [self.everything, None if slot is None else self.slots.get(slot)]
        return max((one for one in moments if one is not None), default=None)

    def reset(self, slot: SlotId | None, at: datetime) -> Self:
        """Return these with jobs counted from *at* on, of *slot* or, for None, of everything."""
        if slot is None:
            return evolve(self, everything=at, slots={})
        return evolve(self, slots={**self.slots, slot: at})

    def undone(self, slot: SlotId | None) -> Self:
        """Return these without what was reset of *slot* alone, or, for None, without all resets."""
        if slot is None:
            return evolve(self, everything=None, slots={})
        return evolve(self, slots={one: at for one, at in self.slots.items() if one != slot})


ALL_COUNTED: Final = Starts()
"""Nothing has been reset."""
