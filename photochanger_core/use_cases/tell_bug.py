"""Tell that there was a bug."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.events import BugMet, BugPlace
from photochanger_core.ports.events import EventsPort


@frozen(kw_only=True)
class TellBug:
    """Tell that there was a bug; whoever met it logs what it was."""

    events: EventsPort

    def __call__(self, place: BugPlace) -> None:
        """Tell of it."""
        self.events.emit(BugMet(place=place))
