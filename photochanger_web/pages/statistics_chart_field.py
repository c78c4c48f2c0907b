"""What charts of statistics are drawn on: a window of time, and stretches to be pointed at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from functools import cached_property
from typing import Final

from attrs import frozen

from photochanger_core.domain.reports import Trend
from photochanger_core.domain.stats import Tally

from .charts import WIDE, Axis, bars, line, points
from .local_time import clock, day, when
from .statistics_words import Words

_GAP: Final = 0.12
"""Of the room of a bar: so much stays free, on both sides together."""

Place = tuple[str, str]
"""A mark of an axis, and where it is, as SVG takes a share."""

Values = Sequence[tuple[datetime, float | None]]
"""What stretches come to, by when they begin; None: there is nothing."""


@frozen(kw_only=True)
class Line:
    """A line of a chart.

    Attributes:
        name: Says which one it is, and how it looks.
        path: Stops where there is nothing.
        points: So that what stands alone is seen, too.
    """

    name: str
    path: str
    points: str


@frozen(kw_only=True)
class Stretch:
    """A stretch of the window, to be pointed at: where it is, and what is told of it."""

    left: float
    width: float
    told: str


@frozen(kw_only=True)
class Chart:
    """What is drawn, and what is said of it to whoever does not see that.

    Attributes:
        name: Its title is the text of that name.
        summary: Its figures in a sentence.
        up: Marks of the axis of values, with their places from the top.
        goal: The place of a line that is not to be crossed; None: there is none.
        hidden: Which part of the width is not counted, from the left.
    """

    name: str
    summary: str
    up: Sequence[Place]
    across: Sequence[Place]
    bars: str = ""
    lines: Sequence[Line] = ()
    goal: str | None = None
    hidden: str | None = None
    stretches: Sequence[Stretch] = ()


@frozen(kw_only=True)
class ChartField:
    """The field that all charts of a trend share, and how values come to stand on it."""

    trend: Trend
    words: Words
    zone: timezone

    def chart(
        self,
        name: str,
        summary: str,
        marks: Sequence[float],
        said: Callable[[float], str],
        *,
        bars: str = "",
        lines: Sequence[Line] = (),
        goal: str | None = None,
    ) -> Chart:
        """Return a chart with *marks* up its side, as they are *said*."""
        window, axis = self.trend.window, self._axis
        return Chart(
            name=name,
            summary=summary,
            up=[(said(mark), percent(1 - mark / marks[-1])) for mark in marks],
            across=[(self._mark(one), percent(axis.share(one))) for one in self._marks()],
            bars=bars,
            lines=lines,
            goal=goal,
            hidden=percent(axis.share(window.since)) if window.since > window.begin else None,
            stretches=self._stretches,
        )

    def summary(
        self, name: str, over_all: str, values: Values, said: Callable[[float], str]
    ) -> str:
        """Return a sentence of what *values* come to, and of when they were highest."""
        there = [(value, start) for start, value in values if value is not None]
        if not there:
            return self.words.text("statistics.nothing_to_draw")
        most, start = max(there, key=lambda one: one[0])
        at = self._when(start)
        return self.words.text(f"statistics.summary_{name}", all=over_all, most=said(most), at=at)

    def bars(self, values: Sequence[tuple[datetime, float]], most: float) -> str:
        """Return a bar for each of *values*; *most* is as high as the field."""
        return bars([(*self._bar(start), value / most) for start, value in values])

    def line(self, name: str, values: Values, most: float) -> Line:
        """Return the line through *values*; *most* is as high as the field."""
        dots = [
            (sum(self._room(start)) / 2, None if value is None else value / most)
            for start, value in values
        ]
        return Line(name=name, path=line(dots), points=points(dots))

    def _bar(self, start: datetime) -> tuple[float, float]:
        left, right = self._room(start)
        gap = (right - left) * _GAP / 2
        return left + gap, right - gap

    def _room(self, start: datetime) -> tuple[float, float]:
        """Return from where to where a stretch is drawn: the part of it that is in the window."""
        window, axis = self.trend.window, self._axis
        return axis.share(max(start, window.since)), axis.share(start + window.step)

    @property
    def _axis(self) -> Axis:
        return Axis(begin=self.trend.window.begin, end=self.trend.window.until)

    def _marks(self) -> Sequence[datetime]:
        return self._axis.marks(self.zone.utcoffset(None))

    def _mark(self, moment: datetime) -> str:
        at = clock(moment, self.zone)
        return day(moment, self.zone) if at == "00:00" else at

    def _when(self, moment: datetime) -> str:
        return when(moment, self.trend.window, self.zone)

    @cached_property
    def _stretches(self) -> Sequence[Stretch]:
        """The same in each chart."""
        return [
            Stretch(
                left=round(WIDE * left, 1),
                width=round(WIDE * (right - left), 1),
                told=self._told(start, tally),
            )
            for start, tally in self.trend.points
            if tally.jobs
            for left, right in [self._room(start)]
        ]

    def _told(self, start: datetime, tally: Tally) -> str:
        return self.words.text(
            "statistics.stretch",
            at=self._when(start),
            jobs=self.words.count(tally.jobs),
            p95=self.words.seconds(tally.p95_ms),
            timeouts=self.words.share(tally.timeout_rate),
        )


def percent(share: float) -> str:
    """Return *share* as SVG takes it."""
    return f"{round(100 * share, 2):g}%"
