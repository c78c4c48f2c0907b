"""Find the key that a provider is asked with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from photochanger_core.domain.errors import ProviderMisconfigured
from photochanger_core.domain.provider_key import KeySource, ProviderKey, StoredKey
from photochanger_core.ports.provider_keys import ProviderKeysPort
from photochanger_core.ports.seals import SealsPort


@frozen(kw_only=True)
class FindKey:
    """Find the key that a provider is asked with: the database's, or else the environment's.

    One that cannot be read is not replaced by that of the environment: nobody has asked for that.

    Attributes:
        environment: Keys by provider.
    """

    keys: ProviderKeysPort
    seals: SealsPort
    environment: Mapping[str, str] = field(repr=False)

    async def __call__(self, provider: str) -> str | None:
        """Return the key of *provider* as it is now; None: there is none.

        Raises:
            ProviderMisconfigured: If there is one that cannot be read.
            QueueUnavailable: If it cannot be looked for.
        """
        found = self._found(provider, await self.keys.get(provider))
        if found.is_unreadable:
            raise ProviderMisconfigured(
                f"the key of {provider} in the database was encrypted with a secret key that is "
                "gone: bring that back to SECRET_KEYS, or set the provider's key anew"
            )
        return found.text

    async def all(self, providers: Iterable[str]) -> Mapping[str, ProviderKey]:
        """Return what is known of the keys of *providers*.

        Raises:
            QueueUnavailable: If they cannot be looked for.
        """
        stored = await self.keys.all()
        return {provider: self._found(provider, stored.get(provider)) for provider in providers}

    def _found(self, provider: str, stored: StoredKey | None) -> ProviderKey:
        if stored is not None:
            return ProviderKey(
                text=self.seals.opened(stored.sealed),
                source=KeySource.DATABASE,
                updated_at=stored.updated_at,
            )
        given = self.environment.get(provider)
        return ProviderKey(text=given, source=KeySource.ENVIRONMENT if given else None)
