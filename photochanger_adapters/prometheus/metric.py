"""What a metric is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from itertools import product
from typing import Final

from attrs import frozen

OTHER: Final = "other"
"""What a label says in place of a value that nobody has foreseen: a page stays as large as it is,
and nothing that comes from outside gets into it."""


class Kind(StrEnum):
    """How a metric moves. There are no summaries: those of aioprometheus are wrong."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Scope(StrEnum):
    """What several servers say of it together.

    Attributes:
        PROCESS: Each counts its own; sums are of all.
        SHARED: All read the same from the database; the largest is that of all.
        HOST: Those of one host say the same, others something else.
    """

    PROCESS = "process"
    SHARED = "shared"
    HOST = "host"


@frozen(eq=False)
class Label:
    """A label, and every value it can have beside `OTHER`.

    Attributes:
        values: None: they are known when the server starts.
        none: Stands for there being none, if that can be.
    """

    name: str
    values: tuple[str, ...] | None = None
    none: str | None = None


@frozen(kw_only=True, eq=False)
class Metric:
    """One metric, defined.

    Attributes:
        text: What it tells, in a line.
        buckets: Upper bounds, of a histogram.
        starts: Whether every combination of labels is there from the start, at zero: else what
            has happened once looks as if it had always been so.
    """

    name: str
    kind: Kind
    text: str
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()
    scope: Scope = Scope.PROCESS
    starts: bool = True

    @property
    def series(self) -> Collection[str]:
        """The names under which Prometheus knows its series."""
        if self.kind is Kind.HISTOGRAM:
            return [f"{self.name}_{part}" for part in ("bucket", "sum", "count")]
        return [self.name]

    def combinations(self, known: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
        """Yield every combination of its labels; values known at the start are in *known*."""
        names = [label.name for label in self.labels]
        for values in product(*(allowed(label, known) for label in self.labels)):
            yield dict(zip(names, values, strict=True))


def allowed(label: Label, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the values that *label* may have, `OTHER` apart."""
    values = known[label.name] if label.values is None else label.values
    return values if label.none is None else (*values, label.none)
