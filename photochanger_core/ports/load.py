"""How busy this process is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from photochanger_core.domain.service_state import Strain


class LoadPort(Protocol):
    """How busy a part of this process is."""

    @abstractmethod
    def now(self) -> Mapping[Strain, float]:
        """Return what this part knows; at once, and the same for whoever asks."""
