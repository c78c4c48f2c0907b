"""What a gateway adds while one booth sends one photo after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from tests.bench.photos import LARGE, SMALL, USUAL
from tests.bench.rounds import HIGH, MEDIAN, percentile
from tests.bench.session import Measured, Session
from tests.bench.slots import PLAIN


def measure(photo: str, session: Session, measured: Measured) -> dict[str, float]:
    """Return the added milliseconds; the provider answers at once."""
    gateway, count = measured.gateway, session.some(40, 10)
    session.send(gateway, photo, PLAIN, most=3)
    gateway.settle()
    told = session.send(gateway, photo, PLAIN, most=count)
    return {"p50": percentile(told.times, MEDIAN), "p95": percentile(told.times, HIGH)}


CELLS: Final[Mapping[str, Callable[[Session, Measured], dict[str, float]]]] = {
    f"latency-{name}": partial(measure, photo)
    for name, photo in (("0.5", SMALL), ("3", USUAL), ("12", LARGE))
}
