"""How the service stands, told to whoever has nothing to count with."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.service_state import ServiceState
from photochanger_core.ports.metrics import MetricsPort


@frozen
class MemoryMetrics(MetricsPort):
    """Counts nothing, and tells of parts only."""

    @property
    def content_type(self) -> str:
        return "text/plain; charset=utf-8"

    async def page(self, state: ServiceState) -> bytes:
        parts = sorted(state.parts.items())
        return "".join(f"{name} {'up' if is_up else 'down'}\n" for name, is_up in parts).encode()
