"""Keys of providers in a dict."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, evolve

from photochanger_core.domain.provider_key import Sealed, StoredKey
from photochanger_core.ports.provider_keys import ProviderKeysPort

from .settings_repo import MemorySettingsRepo


@define
class MemoryProviderKeys(ProviderKeysPort):
    """The keys that a `MemorySettingsRepo` holds."""

    _settings: MemorySettingsRepo

    async def get(self, provider: str) -> StoredKey | None:
        return self._settings.keys.get(provider)

    async def all(self) -> Mapping[str, StoredKey]:
        return dict(self._settings.keys)

    async def reseal(self, provider: str, *, old: Sealed, new: Sealed) -> bool:
        stored = self._settings.keys.get(provider)
        if stored is None or stored.sealed.ciphertext != old.ciphertext:
            return False
        self._settings.keys[provider] = evolve(stored, sealed=new)
        return True
