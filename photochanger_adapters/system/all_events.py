"""Events told to several who want to know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import structlog
from attrs import frozen

from photochanger_core.domain.events import Event
from photochanger_core.ports.events import EventsPort

log: Final = structlog.stdlib.get_logger("photochanger.events")


@frozen
class AllEvents(EventsPort):
    """Tells each of *listeners*; what one of them gets wrong is logged, and spares the others."""

    _listeners: Sequence[EventsPort]

    def emit(self, event: Event) -> None:
        for listener in self._listeners:
            try:
                listener.emit(event)
            except Exception:
                log.exception("bug in telling", told=type(event).__name__)
