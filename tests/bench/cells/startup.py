"""How long a server takes to be ready, and what it takes of memory when nothing happens."""

from __future__ import annotations

from tests.bench.process_tree import Memory
from tests.bench.rounds import median
from tests.bench.session import Measured, Session


def measure(session: Session, measured: Measured) -> dict[str, float]:
    """Return seconds and MB of servers that start where they have been before."""
    seconds, memory = [], []
    for _ in range(session.some(3, 1)):
        with measured.starts.started() as fresh:
            seconds.append(fresh.ready_after)
            fresh.settle()
            memory.append(Memory.of(fresh.pid))
    return {
        "ready": median(seconds),
        "idle": median([one.family for one in memory]),
        "idle, server alone": median([one.alone for one in memory]),
    }
