"""Charts as the geometry of SVG.

A chart is drawn on a field of `WIDE` by `HIGH` units, which is stretched to whatever room there is;
y grows downwards, as in SVG. Nothing here knows what is drawn, or in which colours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import frozen

WIDE: Final = 1000
HIGH: Final = 100

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NICE: Final = (1, 2, 5, 10)
_NICE_MINUTES: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
_MOST_STEPS: Final = 4
_MOST_MOMENTS: Final = 6

Dot = tuple[float, float | None]
"""Where something is, across and up, as shares of the field; None: there is nothing."""

Bar = tuple[float, float, float]
"""From where to where a bar stands, and how high it is, as shares of the field."""


@frozen(kw_only=True)
class Axis:
    """A time from its left to its right end."""

    begin: datetime
    end: datetime

    def share(self, moment: datetime) -> float:
        """Return where *moment* is: 0 at the left end, 1 at the right one, never outside."""
        return min(1.0, max(0.0, (moment - self.begin) / (self.end - self.begin)))

    def marks(self, offset: timedelta) -> Sequence[datetime]:
        """Return up to six moments on it that are whole on a clock that is *offset* ahead of UTC.

        They are evenly spaced.
        """
        span = self.end - self.begin
        steps = (timedelta(minutes=minutes) for minutes in _NICE_MINUTES)
        step = next((one for one in steps if span // one < _MOST_MOMENTS), timedelta(days=1))
        first = _EPOCH - offset
        mark = first - (first - self.begin) // step * step
        return [mark + number * step for number in range((self.end - mark) // step + 1)]


def scale(most: float, *, least_step: float = 0.0) -> Sequence[float]:
    """Return the marks of an axis from 0 on that has room for *most*.

    They are two to five, evenly spaced, and easy to count by: in ones, twos or fives of some power
    of ten, not finer than *least_step*. The last one is the end of the axis.
    """
    step = max(_nice(most / _MOST_STEPS), least_step) if most > 0 else least_step or 1.0
    steps = max(1, math.ceil(round(most / step, 9)))
    # Not added up: that would gather errors of rounding.
    return [float(f"{number * step:.12g}") for number in range(steps + 1)]


def line(dots: Iterable[Dot]) -> str:
    """Return the path through *dots*, from left to right; it stops where there is nothing."""
    parts, is_drawing = [], False
    for across, up in dots:
        if up is not None:
            parts.append(f"{'L' if is_drawing else 'M'}{_place(across, up)}")
        is_drawing = up is not None
    return "".join(parts)


def points(dots: Iterable[Dot]) -> str:
    """Return a path of nothing but *dots*: with round ends, each is as large as the path is wide.

    On a stretched field a circle would be none.
    """
    return "".join(f"M{_place(across, up)}h0" for across, up in dots if up is not None)


def bars(standing: Iterable[Bar]) -> str:
    """Return the path around the bars *standing* on the bottom of the field."""
    return "".join(
        f"M{_across(left)} {HIGH}V{_upwards(up)}H{_across(right)}V{HIGH}Z"
        for left, right, up in standing
        if up > 0
    )


def _nice(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    # What is rounded is a hair too large by how floats are divided, not by what was asked.
    return power * next(nice for nice in _NICE if nice >= round(step / power, 9))


def _place(across: float, up: float) -> str:
    return f"{_across(across)} {_upwards(up)}"


def _across(share: float) -> str:
    return _short(WIDE * share)


def _upwards(share: float) -> str:
    return _short(HIGH * (1 - share))


def _short(number: float) -> str:
    return f"{round(number, 2):g}"
