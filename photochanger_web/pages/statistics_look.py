"""What somebody looks at on the page of statistics: all of it is in the address."""

from __future__ import annotations

from typing import Final

from aiohttp import web
from attrs import evolve, field, frozen
from yarl import URL

from photochanger_core.domain.ids import SlotId, slot_id
from photochanger_core.use_cases.read_stats import DEFAULT_MINUTES
from photochanger_web.query import query_of

from .navigation import STATISTICS

_MINUTES: Final = "window_minutes"
_SLOT: Final = "slot"

HOURS: Final = (1, 3, 6, 12, 24, 48, 72)
"""Windows that are offered. Any other may stand in an address, as in that of the API."""


@frozen(kw_only=True)
class Look:
    """Which jobs somebody looks at.

    Attributes:
        minutes: The window; whatever an address says, as the core finds out if that is none.
        slot: None: all slots.
    """

    minutes: int = field(default=DEFAULT_MINUTES)
    slot: SlotId | None = None

    def over(self, minutes: int) -> Look:
        """Return the look at the same slots over so many *minutes*."""
        return evolve(self, minutes=minutes)

    def at(self, slot: SlotId | None) -> Look:
        """Return the look at *slot* over the same window."""
        return evolve(self, slot=slot)

    def address(self, path: str = STATISTICS) -> str:
        """Return the address of *path* that shows just this."""
        said: dict[str, str | int] = {}
        if self.minutes != DEFAULT_MINUTES:
            said[_MINUTES] = self.minutes
        if self.slot is not None:
            said[_SLOT] = self.slot
        return str(URL(path).with_query(said))


def look_of(request: web.Request) -> Look:
    """Return the look that *request* asks for.

    Raises:
        SlotNotFound: If there is no such slot.
    """
    asked = query_of(request, numbers=[_MINUTES])
    slot = asked.get(_SLOT)
    return Look(minutes=asked.get(_MINUTES, DEFAULT_MINUTES), slot=slot_id(slot) if slot else None)
