"""What a slot adds that is set as by default: photos of 24 megapixels are made smaller, pictures
become JPEGs, and all is stored. The floor does nothing of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from tests.bench.gateways import FLOOR
from tests.bench.photos import CAMERA, LARGE
from tests.bench.rounds import HIGH, MEDIAN, percentile
from tests.bench.session import Measured, Session
from tests.bench.slots import DEFAULT


def measure(photo: str, session: Session, measured: Measured) -> dict[str, float]:
    """Return the added milliseconds of one photo after the other."""
    gateway, count = measured.gateway, session.some(20, 5)
    send = partial(session.send, gateway, photo, DEFAULT, is_same=gateway.name == FLOOR)
    send(most=2)
    gateway.settle()
    told = send(most=count)
    gateway.settle()
    gateway.clear()
    return {"p50": percentile(told.times, MEDIAN), "p95": percentile(told.times, HIGH)}


CELLS: Final[Mapping[str, Callable[[Session, Measured], dict[str, float]]]] = {
    "default-10": partial(measure, CAMERA),
    "default-12": partial(measure, LARGE),
}
