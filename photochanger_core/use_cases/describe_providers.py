"""Tell administrators what slots can be given to."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from photochanger_core.ports.provider import Operation, ProviderPort


@frozen(kw_only=True)
class ProvidersView:
    """What slots can be given to.

    Attributes:
        operations: By provider, and by name.
        has_public_address: Whether providers can fetch pictures from this server.
    """

    operations: Mapping[str, Mapping[str, Operation]]
    has_public_address: bool


@frozen(kw_only=True)
class DescribeProviders:
    """Tell administrators what slots can be given to."""

    providers: Mapping[str, ProviderPort]
    has_public_address: bool

    def __call__(self) -> ProvidersView:
        """Return the providers in the order of their names."""
        return ProvidersView(
            operations={name: self.providers[name].operations for name in sorted(self.providers)},
            has_public_address=self.has_public_address,
        )
