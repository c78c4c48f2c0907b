"""Where the settings are kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from photochanger_core.domain.settings import Settings


class SettingsRepoPort(Protocol):
    """Where the settings are kept. Raises QueueUnavailable if it does not answer in time."""

    @abstractmethod
    async def read(self) -> Settings:
        """Return the settings as they are now; what was never set has its default."""

    @abstractmethod
    async def change(self, values: Mapping[str, object], *, by: str, at: datetime) -> None:
        """Set *values*, given by field of `Settings`, all or none of them; leave the others.

        Every value changed gets the next version of its own.
        """

    @abstractmethod
    async def seed(self, values: Mapping[str, object], *, by: str, at: datetime) -> None:
        """Set those of *values* that were never set, all at once; leave the others."""
