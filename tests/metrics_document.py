"""The table in `docs/metrics.md`, made of the definitions.

`python -m tests.metrics_document` writes it there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from photochanger_adapters.prometheus.definitions import METRICS
from photochanger_adapters.prometheus.metric import OTHER, Label, Metric, allowed

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "metrics.md"
BEGINS: Final = "<!-- made by: python -m tests.metrics_document -->\n"
ENDS: Final = "<!-- end -->\n"

_AT_START: Final = {
    "provider": ("gemini", "turbotext"),
    "version": ("that of the package",),
    "python": ("that of the interpreter",),
}
_SHOWN: Final = 6
"""Values of a label that are listed one by one."""


def written() -> str:
    """Return the document as it is."""
    return DOCUMENT.read_text()


def renewed(document: str) -> str:
    """Return *document* with the table as it should be."""
    before, _, rest = document.partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return before + BEGINS + _table() + ENDS + after


def _table() -> str:
    head = "| metric | kind | of | labels | |\n|---|---|---|---|---|\n"
    return head + "".join(map(_row, METRICS))


def _row(metric: Metric) -> str:
    labels = "; ".join(map(_described, metric.labels))
    return f"| `{metric.name}` | {metric.kind} | {metric.scope} | {labels} | {metric.text} |\n"


def _described(label: Label) -> str:
    values = [value for value in allowed(label, _AT_START) if value != OTHER]
    if len(values) <= _SHOWN:
        return f"`{label.name}`: {', '.join(values)}"
    return f"`{label.name}`: {', '.join(values[:2])} … {values[-1]} ({len(values)})"


if __name__ == "__main__":
    DOCUMENT.write_text(renewed(written()))
