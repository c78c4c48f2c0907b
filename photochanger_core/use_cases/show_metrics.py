"""Show what has been counted to whoever watches."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.ports.metrics import MetricsPort

from .read_state import ReadState


@frozen(kw_only=True)
class MetricsPage:
    """Everything that is watched, as it was a moment ago."""

    content_type: str
    body: bytes


@frozen(kw_only=True)
class ShowMetrics:
    """Show what has been counted, and how the service stands."""

    metrics: MetricsPort
    read_state: ReadState

    async def __call__(self) -> MetricsPage:
        """Return it."""
        body = await self.metrics.page(await self.read_state())
        return MetricsPage(content_type=self.metrics.content_type, body=body)
