"""What a photo costs the processor, however long it takes.

There is no switch for previews. They are made by a process that gives way to others, so its time
can be told from the rest: "without" leaves out that process, but not the server's asking it.
"""

from __future__ import annotations

from tests.bench.photos import USUAL
from tests.bench.process_tree import taken
from tests.bench.session import Measured, Session
from tests.bench.slots import PLAIN


def measure(session: Session, measured: Measured) -> dict[str, float]:
    """Return the processor's milliseconds for each photo of 3 MB, one client."""
    gateway, count = measured.gateway, session.some(60, 20)
    session.send(gateway, USUAL, PLAIN, most=2)
    gateway.settle()
    before = taken(gateway.pid)
    told = session.send(gateway, USUAL, PLAIN, most=count)
    gateway.settle()  # until the last preview is made
    spent = taken(gateway.pid).since(before)
    photos = len(told.times)
    return {
        "with previews": spent.all / photos,
        "without": spent.ordinary / photos,
        "photos/s of a core": photos * 1000 / spent.all,
    }
