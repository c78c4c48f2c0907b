"""Show what is set for all slots."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from attrs import frozen

from photochanger_core.domain.provider_key import ProviderKey
from photochanger_core.domain.settings import StoredSettings
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.settings_repo import SettingsRepoPort

from .find_key import FindKey


@frozen(kw_only=True)
class SettingsView:
    """The settings, and what is known of the keys of every provider, *at* a moment."""

    stored: StoredSettings
    keys: Mapping[str, ProviderKey]
    at: datetime


@frozen(kw_only=True)
class ReadSettings:
    """Show what is set for all slots."""

    settings: SettingsRepoPort
    find_key: FindKey
    providers: Collection[str]
    clock: ClockPort

    async def __call__(self) -> SettingsView:
        """Return the settings.

        Keys may be younger than the version told, never older: a change that relies on it is
        refused rather than made over one that was not seen.

        Raises:
            QueueUnavailable: If they cannot be read.
        """
        stored = await self.settings.stored()
        keys = await self.find_key.all(sorted(self.providers))
        return SettingsView(stored=stored, keys=keys, at=self.clock.now())
