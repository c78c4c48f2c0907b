"""What 15 booths wait for beyond the two seconds that their provider takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.bench.client import Told
from tests.bench.photos import USUAL
from tests.bench.rounds import HIGH, MEDIAN, percentile
from tests.bench.session import Measured, Session
from tests.bench.slots import DELAY, SLOW

_BOOTHS: Final = 15


def measure_spread(session: Session, measured: Measured) -> dict[str, float]:
    """Return the added milliseconds when the booths' beginnings are spread evenly."""
    each = session.some(5, 2)
    told = session.send(
        measured.gateway,
        USUAL,
        SLOW,
        most=_BOOTHS * each,
        clients=_BOOTHS,
        each=each,
        spread=DELAY,
    )
    return _added(measured, told)


def measure_burst(session: Session, measured: Measured) -> dict[str, float]:
    """Return the added milliseconds when all booths begin at once, again and again."""
    waves = session.some(5, 2)
    told = session.send(
        measured.gateway,
        USUAL,
        SLOW,
        most=_BOOTHS * waves,
        clients=_BOOTHS,
        each=1,
        waves=waves,
    )
    return _added(measured, told)


def _added(measured: Measured, told: Told) -> dict[str, float]:
    measured.gateway.settle()
    measured.gateway.clear()
    added = [milliseconds - DELAY * 1000 for milliseconds in told.times]
    return {
        "p50": percentile(added, MEDIAN),
        "p95": percentile(added, HIGH),
        "at the provider at once": told.at_once,
    }


CELLS: Final[Mapping[str, Callable[[Session, Measured], dict[str, float]]]] = {
    "spread": measure_spread,
    "burst": measure_burst,
}
