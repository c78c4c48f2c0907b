"""What is measured: each cell by its name.

A cell is a function of the session and a server; it returns figures by name, in one round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tests.bench.gateways import BESIDE, FLOOR, PEERS, PRODUCT
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

_OURS: Final = frozenset({"cores", *default_work.CELLS})
"""Cells of what nobody else does."""

_OF_PROGRAMS: Final = frozenset({"memory", "startup"})
"""Cells of what libraries take, not of what has to be done for a photo."""


def goers(cell: str) -> Sequence[str]:
    """Return who goes through *cell*."""
    if cell in _OURS:
        return (FLOOR, PRODUCT)
    return (*PEERS, FLOOR, PRODUCT) if cell in _OF_PROGRAMS else (*BESIDE, PRODUCT)


LIBRARY: Final = "library"
library_costs: Final = library.measure
