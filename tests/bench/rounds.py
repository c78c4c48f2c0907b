"""What was measured, round by round, and what is made of it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import define, field

Values = list[float]
"""One figure, round by round."""

MEDIAN: Final = 50
HIGH: Final = 95
HIGHEST: Final = 99


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the least of *values* that so many percent of them do not exceed (nearest rank)."""
    if not values:
        return math.nan
    rank = math.ceil(percent / 100 * len(values))
    return sorted(values)[max(rank, 1) - 1]


def median(values: Sequence[float]) -> float:
    """Return the middle of those *values* that are known; nan if none is."""
    known = [value for value in values if not math.isnan(value)]
    return statistics.median(known) if known else math.nan


def ratio(values: Sequence[float], others: Sequence[float]) -> float:
    """Return the median of the ratios of each round: what changes from round to round cancels."""
    return median([_divided(value, other) for value, other in zip(values, others, strict=True)])


def less(values: Sequence[float], *others: Sequence[float]) -> Values:
    """Return *values* less what the *others* were in the same round."""
    return [value - sum(rest) for value, *rest in zip(values, *others, strict=True)]


def _divided(value: float, other: float) -> float:
    return value / other if other else math.nan


@define
class Samples:
    """All figures: by cell, server and name. A figure that one round lacks is there as nan."""

    rounds: int = 0
    _values: dict[tuple[str, str, str], dict[int, float]] = field(factory=dict)

    def begin_round(self) -> None:
        """Have what is added from now on belong to another round."""
        self.rounds += 1

    def add(self, cell: str, server: str, figures: Mapping[str, float]) -> None:
        """Add the figures of a cell and a server in this round."""
        for name, value in figures.items():
            self._values.setdefault((cell, server, name), {})[self.rounds] = value

    def has(self, server: str) -> bool:
        """Whether anything was measured of a server."""
        return any(key[1] == server for key in self._values)

    def of(self, cell: str, server: str, name: str) -> Values:
        """Return a figure, one for each round; empty if it was never measured."""
        found = self._values.get((cell, server, name))
        if found is None:
            return []
        return [found.get(number, math.nan) for number in range(1, self.rounds + 1)]

    def all_of(self, cell: str, server: str) -> dict[str, Values]:
        """Return all figures of a cell and a server, by name."""
        keys = (key for key in self._values if key[:2] == (cell, server))
        return {key[2]: self.of(*key) for key in keys}

    def as_json(self) -> list[dict[str, object]]:
        """Return all figures, with their medians; what is lacking is null."""
        return [
            {"cell": cell, "server": server, "figure": name, **_shown(self.of(cell, server, name))}
            for cell, server, name in self._values
        ]


def _shown(values: Values) -> dict[str, object]:
    return {"median": _known(median(values)), "rounds": [_known(value) for value in values]}


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
