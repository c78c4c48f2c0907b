"""The table: medians, ratios to the floor, and the targets beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from .cells import LIBRARY
from .gateways import BESIDE, DUTIES, FLOOR, PRODUCT
from .photos import USUAL
from .rounds import Samples, Values, less, median, ratio

DECODES: Final = (f"decode {USUAL}", "decode answer")
DECODES_CPU: Final = tuple(f"{name}, CPU" for name in DECODES)


@frozen
class Target:
    """What is aimed at: of the ratio to the floor, or of the figure itself.

    Attributes:
        at_least: Whether it is to be reached, not to be kept below.
    """

    bound: float
    is_ratio: bool = True
    at_least: bool = False

    def text(self) -> str:
        """Return it as it is shown."""
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.bound:g}{' ×' if self.is_ratio else ''}"

    def verdict(self, value: float, times: float) -> str:
        """Return whether it is met: the figure is *value*, *times* the floor's."""
        seen = times if self.is_ratio else value
        if math.isnan(seen):
            return "not measured"
        is_met = seen >= self.bound if self.at_least else seen <= self.bound
        return "met" if is_met else "MISSED"


@frozen(kw_only=True)
class Row:
    """A line of the table.

    Attributes:
        less: Figures of the library that are taken in the same round from those who decode.
    """

    label: str
    cell: str
    figure: str
    less: Sequence[str] = ()
    target: Target | None = None

    def values(self, samples: Samples, server: str) -> Values:
        """Return its figure of a server, round by round; empty if it was not measured."""
        values = samples.of(self.cell, server, self.figure)
        if not self.less or server not in (DUTIES, PRODUCT) or not values:
            return values
        others = [samples.of(LIBRARY, LIBRARY, name) for name in self.less]
        return less(values, *others) if all(others) else []

    def is_known(self, samples: Samples) -> bool:
        """Whether it was measured of anybody."""
        return any(self.values(samples, server) for server in (*BESIDE, PRODUCT))

    def ratio(self, samples: Samples, server: str) -> float:
        """Return what the product's figure is to that of *server*; nan if one is lacking."""
        ours, others = self.values(samples, PRODUCT), self.values(samples, server)
        return ratio(ours, others) if ours and others else math.nan


ROWS: Final = (
    Row(label="added p50, 0.5 MB, 1 client, ms", cell="latency-0.5", figure="p50"),
    Row(label="added p50, 3 MB", cell="latency-3", figure="p50"),
    Row(label="added p95, 3 MB", cell="latency-3", figure="p95"),
    Row(
        label="added p50, 3 MB, less two decodes",
        cell="latency-3",
        figure="p50",
        less=DECODES,
        target=Target(1.8),
    ),
    Row(label="added p50, 12 MB", cell="latency-12", figure="p50"),
    Row(label="added p95, 12 MB", cell="latency-12", figure="p95"),
    Row(label="CPU of a request, 3 MB, without preview, ms", cell="processor", figure="without"),
    Row(
        label="CPU without preview, less two decodes",
        cell="processor",
        figure="without",
        less=DECODES_CPU,
        target=Target(1.7),
    ),
    Row(label="CPU with preview", cell="processor", figure="with previews"),
    Row(
        label="CPU with preview, less two decodes",
        cell="processor",
        figure="with previews",
        less=DECODES_CPU,
        target=Target(50, is_ratio=False),
    ),
    Row(
        label="photos/s that a core could bring through",
        cell="processor",
        figure="photos/s of a core",
        target=Target(15, is_ratio=False, at_least=True),
    ),
    Row(label="photos/s, 15 clients, server on one core", cell="cores", figure="one core"),
    Row(label="photos/s, the same on all cores", cell="cores", figure="all cores"),
    Row(label="photos/s, two servers behind nginx", cell="cores", figure="two servers"),
    Row(label="photos/s, 3 MB, 1 client", cell="throughput-1", figure="photos/s"),
    Row(label="photos/s, 15 clients", cell="throughput-15", figure="photos/s"),
    Row(label="previews made meanwhile, share", cell="throughput-15", figure="previews at the end"),
    Row(label="photos/s, 60 clients", cell="throughput-60", figure="photos/s"),
    Row(label="ping p50 while 15 clients saturate, ms", cell="pings", figure="p50"),
    Row(label="ping p99", cell="pings", figure="p99", target=Target(1.0)),
    Row(label="15 clients spread, 2 s: added p50, ms", cell="spread", figure="p50"),
    Row(label="added p95, spread", cell="spread", figure="p95", target=Target(1.9)),
    Row(label="15 clients at once, 2 s: added p50, ms", cell="burst", figure="p50"),
    Row(label="added p95, at once", cell="burst", figure="p95", target=Target(2.5)),
    Row(label="default work, 10 MB, 24 MP: added p50, ms", cell="default-10", figure="p50"),
    Row(
        label="added p50 less normalising, to JPEG",
        cell="default-10",
        figure="p50",
        less=("normalise", "to JPEG"),
        target=Target(40, is_ratio=False),
    ),
    Row(label="default work, 12 MB, 24 MP: added p50, ms", cell="default-12", figure="p50"),
    Row(
        label="15 × 12 MB in flight: peak above idle, MB",
        cell="memory",
        figure="peak",
        target=Target(130, is_ratio=False),
    ),
    Row(label="peak above idle, server alone", cell="memory", figure="peak, server alone"),
    Row(
        label="MB of the server for each photo in flight",
        cell="memory",
        figure="per photo, server alone",
        target=Target(2, is_ratio=False),
    ),
    Row(
        label="ready after, s",
        cell="startup",
        figure="ready",
        target=Target(1.5, is_ratio=False),
    ),
    Row(
        label="idle RSS, all processes, MB",
        cell="startup",
        figure="idle",
        target=Target(100, is_ratio=False),
    ),
    Row(label="idle RSS, server alone", cell="startup", figure="idle, server alone"),
)


def table(samples: Samples) -> str:
    """Return the table; lines of which nothing was measured are left out."""
    beside = [name for name in BESIDE if samples.has(name)]
    head = _line("", *beside, PRODUCT, "to duties", "to floor", "target", "")
    lines = [head, "-" * len(head)]
    lines += [_shown(row, samples, beside) for row in ROWS if row.is_known(samples)]
    return "\n".join([*lines, "", *_library(samples)])


def rows_as_json(samples: Samples) -> list[dict[str, object]]:
    """Return the lines of the table that have a ratio, with what is aimed at."""
    told: list[dict[str, object]] = []
    for row in ROWS:
        product, times = row.values(samples, PRODUCT), row.ratio(samples, FLOOR)
        if not math.isnan(times):
            value = median(product)
            beside = {name: row.values(samples, name) for name in BESIDE}
            told.append(
                {
                    "label": row.label,
                    "product": value,
                    "ratio": times,
                    "beside": {name: median(values) for name, values in beside.items() if values},
                    "target": row.target
                    and {"bound": row.target.text(), "verdict": row.target.verdict(value, times)},
                }
            )
    return told


def _shown(row: Row, samples: Samples, beside: Sequence[str]) -> str:
    value, target = median(row.values(samples, PRODUCT)), row.target
    to_duties, times = (row.ratio(samples, name) for name in (DUTIES, FLOOR))
    figures = [_number(median(row.values(samples, name))) for name in beside]
    ratios = [_number(each, " ×") for each in (to_duties, times)]
    aimed = (target.text(), target.verdict(value, times)) if target else ("", "")
    return _line(row.label, *figures, _number(value), *ratios, *aimed)


def _library(samples: Samples) -> list[str]:
    figures = samples.all_of(LIBRARY, LIBRARY)
    return [
        f"libvips alone, {name}: {_number(median(values))} ms" for name, values in figures.items()
    ]


def _line(label: str, *columns: str) -> str:
    return f"{label:46}" + "".join(f"{text:>13}" for text in columns)


def _number(value: float, unit: str = "") -> str:
    if math.isnan(value):
        return "–"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}{unit}"
