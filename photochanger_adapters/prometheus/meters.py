"""Numbers of one process, by the metrics that are defined.

aioprometheus keeps and renders them. It does not escape what labels say, so nothing gets there that
is not in the definition; and it renders at one go, so it is asked for a metric at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from aioprometheus.collectors import Collector, Counter, Gauge, Histogram, Registry
from aioprometheus.formats.text import TEXT_CONTENT_TYPE, TextFormatter
from aioprometheus.histogram import Histogram as Observations
from aioprometheus.metricdict import MetricDict

from .definitions import METRICS
from .metric import OTHER, Kind, Label, Metric, allowed

CONTENT_TYPE: Final = TEXT_CONTENT_TYPE

_Number = int | float


class Meters:
    """Numbers of one process. Every method but `page` is done at once, in microseconds."""

    def __init__(self, known: Mapping[str, tuple[str, ...]]) -> None:
        """Begin at zero; *known* are the values of those labels that no definition names."""
        self._registry = Registry()
        self._collectors = {metric: self._collector(metric) for metric in METRICS}
        for collector in self._collectors.values():
            collector.values = _Values()  # type: ignore[no-untyped-call] # untyped upstream
        self._allowed = {
            label: frozenset(allowed(label, known)) for metric in METRICS for label in metric.labels
        }
        for metric in METRICS:
            if metric.kind is not Kind.GAUGE and metric.starts:
                for labels in metric.combinations(known):
                    self._collectors[metric].set_value(labels, _zero(metric))

    def count(self, metric: Metric, by: _Number = 1, **labels: str | None) -> None:
        """Add *by*, which is not negative, to a counter."""
        collector = self._collectors[metric]
        assert isinstance(collector, Counter)  # noqa: S101 - by its definition
        collector.add(self._labels(metric, labels), by)

    def observe(self, metric: Metric, value: _Number, **labels: str | None) -> None:
        """Put *value* into a histogram."""
        collector = self._collectors[metric]
        assert isinstance(collector, Histogram)  # noqa: S101 - by its definition
        collector.observe(self._labels(metric, labels), value)

    def set(self, metric: Metric, value: _Number, **labels: str | None) -> None:
        """Set a gauge."""
        self._collectors[metric].set_value(self._labels(metric, labels), value)

    def forget(self, metric: Metric) -> None:
        """Take a gauge away: nobody knows it now."""
        self._collectors[metric].values.clear()

    async def page(self) -> bytes:
        """Return all there is, in Prometheus' text format; others get their turn meanwhile."""
        formatter, blocks = TextFormatter(), []
        for collector in self._collectors.values():
            if collector.values:
                blocks.append(formatter.marshall_collector(collector))
                await asyncio.sleep(0)
        return "\n".join([*blocks, ""]).encode()

    def _collector(self, metric: Metric) -> Collector:
        if metric.kind is Kind.HISTOGRAM:
            return Histogram(
                metric.name, metric.text, registry=self._registry, buckets=metric.buckets
            )
        kind = Counter if metric.kind is Kind.COUNTER else Gauge
        return kind(metric.name, metric.text, registry=self._registry)

    def _labels(self, metric: Metric, given: Mapping[str, str | None]) -> dict[str, str]:
        return {label.name: self._value(label, given[label.name]) for label in metric.labels}

    def _value(self, label: Label, value: str | None) -> str:
        if value is None:
            value = label.none
        return str(value) if value in self._allowed[label] else OTHER


class _Values(MetricDict):
    """Values by labels. What orjson makes of labels is short, and holds on to 4 KB all the same."""

    def __keytransform__(self, key: object) -> bytes | str:
        made: bytes | str = super().__keytransform__(key)  # type: ignore[no-untyped-call]
        return bytes(memoryview(made)) if isinstance(made, bytes) else made


def _zero(metric: Metric) -> _Number | Observations:
    return Observations(*metric.buckets) if metric.kind is Kind.HISTOGRAM else 0
