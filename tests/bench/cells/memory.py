"""What photos on their way take of memory, in a server that has just started.

What workers take is there once for each of them, however many photos are in flight; what the
server takes grows with them.

Memory once taken is seldom given back, so a server that has been measured otherwise before would
seem to take less.
"""

from __future__ import annotations

from typing import Final

from tests.bench.photos import LARGE, SMALL
from tests.bench.process_tree import Memory, peak_memory
from tests.bench.session import Measured, Session
from tests.bench.slots import PLAIN, SLOW

_PHOTOS: Final = 15


def measure(session: Session, measured: Measured) -> dict[str, float]:
    """Return the MB above idle of 15 photos of 12 MB at once, over a provider of two seconds."""
    with measured.starts.started() as fresh:
        session.send(fresh, SMALL, PLAIN, most=2)
        fresh.settle()
        idle = Memory.of(fresh.pid)
        with peak_memory(fresh.pid) as peak:
            session.send(fresh, LARGE, SLOW, most=_PHOTOS, clients=_PHOTOS, each=1)
        fresh.settle()
        fresh.clear()
    above, alone = peak.family - idle.family, peak.alone - idle.alone
    return {
        "peak": above,
        "peak, server alone": alone,
        "per photo, server alone": alone / _PHOTOS,
    }
