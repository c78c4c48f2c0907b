"""What is measured: each cell by its name.

A cell is a function of the session and a server; it returns figures by name, in one round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.bench.session import Measured, Session

from . import (
    cores,
    default_work,
    latency,
    library,
    memory,
    processor,
    startup,
    throughput,
    two_seconds,
)

Cell = Callable[[Session, Measured], Mapping[str, float]]
"""What measures."""

CELLS: Final[Mapping[str, Cell]] = {
    **latency.CELLS,
    "processor": processor.measure,
    **throughput.CELLS,
    **two_seconds.CELLS,
    **default_work.CELLS,
    "cores": cores.measure,
    "memory": memory.measure,
    "startup": startup.measure,
}
"""Cells that servers go through."""

OURS: Final = frozenset({"cores", *default_work.CELLS})
"""Cells of what peers do not do."""

LIBRARY: Final = "library"
library_costs: Final = library.measure
