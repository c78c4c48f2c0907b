"""What queries ask for, held against the metrics there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from photochanger_adapters.prometheus.definitions import METRICS
from photochanger_adapters.prometheus.metric import OTHER, Metric, allowed

PROVIDERS: Final = ("gemini", "turbotext")
_KNOWN: Final = {"provider": PROVIDERS, "version": (), "python": ()}
_BY_SERIES: Final = {series: metric for metric in METRICS for series in metric.series}

_SELECTOR: Final = re.compile(r"\b((?:photochanger|process)_[a-z_]+)\b(?:\{([^}]*)\})?")
_MATCHER: Final = re.compile(r'([a-z_]+)(?:=~|!~|!=|=)"([^"]*)"')
_FROM_PROMETHEUS: Final = {"instance", "job", "le"}


def selected(query: str) -> Iterator[tuple[Metric, str]]:
    """Yield the metrics that *query* asks for with their matchers, which must be possible.

    Raises:
        LookupError: If there is no such metric, label or value.
    """
    for name, matchers in _SELECTOR.findall(query):
        if name not in _BY_SERIES:
            raise LookupError(f"no such metric: {name}")
        metric = _BY_SERIES[name]
        for label, values in _MATCHER.findall(matchers):
            _check(metric, label, values)
        yield metric, matchers


def _check(metric: Metric, label: str, values: str) -> None:
    if label in _FROM_PROMETHEUS:
        return
    found = next((one for one in metric.labels if one.name == label), None)
    if found is None:
        raise LookupError(f"{metric.name} has no label {label}")
    known = {*allowed(found, _KNOWN), OTHER, "…"}
    if unknown := set(values.split("|")) - known:
        raise LookupError(f"{metric.name}: {label} is never {', '.join(sorted(unknown))}")
