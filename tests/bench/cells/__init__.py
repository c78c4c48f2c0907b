"""What is measured: each cell by its name.

A cell is a function of the session and a server; it returns figures by name, in one round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.bench.session import Measured, Session

from . import latency, library, processor, throughput

Cell = Callable[[Session, Measured], Mapping[str, float]]

CELLS: Final[Mapping[str, Cell]] = {
    **latency.CELLS,
    "processor": processor.measure,
    **throughput.CELLS,
}
"""Cells that servers go through."""

LIBRARY: Final = "library"
library_costs = library.measure

_ONLY: Final[Mapping[str, str]] = {}


def is_for(cell: str, server: str) -> bool:
    """Whether *server* goes through *cell*."""
    return _ONLY.get(cell, server) == server
