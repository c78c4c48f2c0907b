"""Where moments are in a picture of time: in percent of its width, whatever that is."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import Final

from attrs import frozen

_LEAST_WIDTH: Final = 0.75
"""Nothing is so short that it could not be seen."""

_LEAST_SECONDS: Final = 0.1
_MOST_STEPS: Final = 6
_STEPS: Final = (1, 2, 5, 10)
_DIGITS: Final = 3


@frozen
class Bar:
    """Where something begins, and how long it is."""

    left: float
    width: float


@frozen
class Tick:
    """A mark on the axis."""

    left: float
    seconds: float


@frozen
class Scale:
    """From 0 on the left to *seconds* on the right."""

    seconds: float

    @classmethod
    def over(cls, *moments: float) -> Scale:
        """Return the scale on which all *moments* are, in seconds."""
        return cls(max(_LEAST_SECONDS, *moments))

    def at(self, moment: float) -> float:
        """Return where *moment* is; what is outside is at the nearer end."""
        return round(100 * min(max(moment / self.seconds, 0.0), 1.0), _DIGITS)

    def bar(self, begin: float, end: float) -> Bar:
        """Return the bar from *begin* to *end*, inside the picture and wide enough to be seen."""
        width = max(round(self.at(end) - self.at(begin), _DIGITS), _LEAST_WIDTH)
        return Bar(left=min(self.at(begin), round(100 - width, _DIGITS)), width=width)

    @property
    def ticks(self) -> Sequence[Tick]:
        """Marks at round numbers of seconds, not too many."""
        step = self._step
        marks = (round(number * step, _DIGITS) for number in range(_MOST_STEPS + 1))
        return [Tick(self.at(mark), mark) for mark in marks if mark <= self.seconds]

    @property
    def _step(self) -> float:
        least = self.seconds / _MOST_STEPS
        power: float = 10.0 ** floor(log10(least))
        return next(step * power for step in _STEPS if step * power >= least)
