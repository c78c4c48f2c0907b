"""What has been counted, for whoever watches from outside."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from photochanger_core.domain.service_state import ServiceState


class MetricsPort(Protocol):
    """What this process has counted since it began, in the form of whoever asks for it."""

    @property
    @abstractmethod
    def content_type(self) -> str:
        """The media type of a page, as HTTP writes it."""

    @abstractmethod
    async def page(self, state: ServiceState) -> bytes:
        """Return everything that was counted, and *state* beside it. Never slow, never failing.

        What *state* does not know is not there, rather than as it was before.
        """
