"""Where the settings are kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from photochanger_core.domain.provider_key import Sealed
from photochanger_core.domain.settings import Settings, StoredSettings


class SettingsRepoPort(Protocol):
    """Where the settings are kept. Raises QueueUnavailable if it does not answer in time."""

    @abstractmethod
    async def read(self) -> Settings:
        """Return the settings as they are now; what was never set has its default."""

    @abstractmethod
    async def stored(self) -> StoredSettings:
        """Return the same with their version, and who changed them last."""

    @abstractmethod
    async def change(
        self,
        values: Mapping[str, object],
        *,
        keys: Mapping[str, Sealed | None],
        version: int,
        by: str,
        at: datetime,
    ) -> None:
        """Set *values* and *keys*, all or none of them; leave the others.

        All settings together get the next version, and every value changed one of its own.

        Args:
            values: By field of `Settings`.
            keys: By provider; None takes a key away.
            version: What the caller has seen.
            by: Who changes them.
            at: When.

        Raises:
            VersionConflict: If the settings are at another version, saying at which. Nothing is
                changed then.
        """

    @abstractmethod
    async def seed(self, values: Mapping[str, object], *, by: str, at: datetime) -> Sequence[str]:
        """Set those of *values* that were never set, all at once; leave the others.

        Returns the fields that were set, sorted; if there are any, that is a change like others.
        """
