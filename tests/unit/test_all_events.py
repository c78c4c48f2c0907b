"""Events told to several."""

from __future__ import annotations

from structlog.testing import capture_logs

from photochanger_adapters.memory.events import MemoryEvents
from photochanger_adapters.system.all_events import AllEvents
from photochanger_core.domain.events import Event, ProviderPolled
from photochanger_core.ports.events import EventsPort

POLLED = ProviderPolled(provider="turbotext")


class Broken(EventsPort):
    """A listener with a bug."""

    def emit(self, event: Event) -> None:
        raise KeyError(event)


def test_everybody_is_told_also_after_somebody_with_a_bug() -> None:
    first, last = MemoryEvents(), MemoryEvents()
    with capture_logs() as lines:
        AllEvents([first, Broken(), last]).emit(POLLED)

    assert first.events == last.events == [POLLED]
    assert [(line["log_level"], line["told"]) for line in lines] == [("error", "ProviderPolled")]
