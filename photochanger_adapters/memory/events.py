"""Events remembered."""

from __future__ import annotations

from attrs import field, frozen

from photochanger_core.domain.events import Event
from photochanger_core.ports.events import EventsPort


@frozen(eq=False)
class MemoryEvents(EventsPort):
    """Remembers every event, oldest first."""

    events: list[Event] = field(factory=list, init=False)

    def emit(self, event: Event) -> None:
        self.events.append(event)
