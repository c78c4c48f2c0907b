"""Where the keys of providers are kept, sealed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from photochanger_core.domain.provider_key import Sealed, StoredKey


class ProviderKeysPort(Protocol):
    """The keys of providers, sealed. They are set and removed by `SettingsRepoPort.change`.

    Raises QueueUnavailable if it does not answer in time.
    """

    @abstractmethod
    async def get(self, provider: str) -> StoredKey | None:
        """Return the key of *provider* as it is now, whichever server changed it; None: none."""

    @abstractmethod
    async def all(self) -> Mapping[str, StoredKey]:
        """Return every key, by provider."""

    @abstractmethod
    async def reseal(self, provider: str, *, old: Sealed, new: Sealed) -> bool:
        """Keep *new* in place of *old*: the same key, so it counts as changed by nobody.

        Returns whether *old* was still there; otherwise nothing is changed.
        """
