"""What happened, for logs and metrics."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from photochanger_core.domain.events import Event


class EventsPort(Protocol):
    """Told of everything that happens; never slow, never failing."""

    @abstractmethod
    def emit(self, event: Event) -> None:
        """Take note of *event*."""
