"""How busy the connections to the database are."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from photochanger_core.domain.service_state import Strain
from photochanger_core.ports.load import LoadPort

from .gateway import Gateway


@frozen
class PgLoad(LoadPort):
    """How busy the connections of a gateway are."""

    _gateway: Gateway

    def now(self) -> Mapping[Strain, float]:
        most, wanted = self._gateway.size, self._gateway.wanted
        return {
            Strain.CONNECTIONS_BUSY: min(wanted, most),
            Strain.CONNECTIONS_MOST: most,
            Strain.CONNECTION_WAITERS: max(0, wanted - most),
        }
