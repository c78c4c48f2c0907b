"""How many photos a second a gateway brings through, and who has to wait meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from tests.bench.photos import USUAL
from tests.bench.rounds import HIGHEST, MEDIAN, percentile
from tests.bench.session import CellFailed, Measured, Session
from tests.bench.slots import PLAIN

_FASTEST: Final = 200
"""Photos a second that are made beforehand; nobody gets that far."""


def measure(clients: int, session: Session, measured: Measured) -> dict[str, float]:
    """Return photos a second, and how many of their previews were there when it ended."""
    gateway, seconds = measured.gateway, session.some(10, 3)
    gateway.clear()
    session.send(gateway, USUAL, PLAIN, most=clients, clients=clients, each=1)
    gateway.settle()
    gateway.clear()
    told = session.send(
        gateway, USUAL, PLAIN, most=seconds * _FASTEST, clients=clients, seconds=seconds
    )
    previews = gateway.previews()
    gateway.settle()
    photos = len(told.times)
    figures = {
        "photos/s": photos / told.seconds,
        "previews at the end": previews / photos,
        "previews later": gateway.previews() / photos,
    }
    gateway.clear()
    return figures


def measure_pings(session: Session, measured: Measured) -> dict[str, float]:
    """Return the milliseconds that pings take while 15 clients send as fast as they can."""
    gateway, seconds = measured.gateway, session.some(10, 3)
    session.send(gateway, USUAL, PLAIN, most=15, clients=15, each=1)
    told = session.send(
        gateway,
        USUAL,
        PLAIN,
        most=seconds * _FASTEST,
        clients=15,
        seconds=seconds,
        pings=seconds - 1,
    )
    gateway.settle()
    gateway.clear()
    if not told.pings:
        raise CellFailed("pings were not answered")
    return {"p50": percentile(told.pings, MEDIAN), "p99": percentile(told.pings, HIGHEST)}


CELLS: Final[Mapping[str, Callable[[Session, Measured], dict[str, float]]]] = {
    **{f"throughput-{clients}": partial(measure, clients) for clients in (1, 15, 60)},
    "pings": measure_pings,
}
