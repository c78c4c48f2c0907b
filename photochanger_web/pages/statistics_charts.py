"""The charts of the page of statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Final

from attrs import frozen

from photochanger_core.domain.reports import Trend
from photochanger_core.domain.stats import Tally
from photochanger_core.domain.window import Window

from .charts import WIDE, Axis, bars, line, points, scale
from .local_time import clock, day, day_and_clock
from .statistics_words import Words

GOAL: Final = 0.05
"""The share of 504 that is not to be exceeded."""

_GAP: Final = 0.12
"""Of the room of a bar: so much stays free, on both sides together."""

_LEAST_SHARES: Final = 0.02
"""Steps of an axis of shares: five of them, so that the goal is always in the chart."""

Place = tuple[str, str]
"""A mark of an axis, and where it is, as SVG takes a share."""


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
class Drawing:
    """Draws charts of a trend.

    Attributes:
        tally: Of the whole trend.
    """

    trend: Trend
    tally: Tally
    words: Words
    zone: timezone

    def charts(self) -> Sequence[Chart]:
        """Return jobs, how long they took, and the share of 504."""
        return [self._jobs(), self._times(), self._timeouts()]

    def _jobs(self) -> Chart:
        counts = [(start, tally.jobs) for start, tally in self.trend.points]
        marks = scale(max((jobs for _, jobs in counts), default=0), least_step=1)
        said = self.words.count
        standing = [(*self._bar(start), jobs / marks[-1]) for start, jobs in counts]
        values = [(start, jobs or None) for start, jobs in counts]
        summary = self._summary("jobs", said(self.tally.jobs), values, said)
        return self._chart("jobs", summary, marks, said, bars=bars(standing))

    def _times(self) -> Chart:
        p95 = [(start, tally.p95_ms) for start, tally in self.trend.points]
        p50 = [(start, tally.p50_ms) for start, tally in self.trend.points]
        seconds = scale(max((ms or 0 for _, ms in p95), default=0) / 1000)
        marks, said = [1000 * one for one in seconds], self.words.seconds
        over_all = f"p50 {said(self.tally.p50_ms)}, p95 {said(self.tally.p95_ms)}"
        lines = [self._line("p95", p95, marks[-1]), self._line("p50", p50, marks[-1])]
        summary = self._summary("times", over_all, p95, said)
        return self._chart("times", summary, marks, said, lines=lines)

    def _timeouts(self) -> Chart:
        shares = [(start, tally.timeout_rate) for start, tally in self.trend.points]
        most = max((share or 0 for _, share in shares), default=0)
        marks, said = scale(max(most, GOAL), least_step=_LEAST_SHARES), self.words.share
        summary = self._summary("timeouts", said(self.tally.timeout_rate), shares, said)
        return self._chart(
            *("timeouts", summary, marks, said),
            lines=[self._line("timeouts", shares, marks[-1])],
            goal=_percent(1 - GOAL / marks[-1]),
        )

    def _summary(
        self,
        name: str,
        over_all: str,
        values: Sequence[tuple[datetime, float | None]],
        said: Callable[[float], str],
    ) -> str:
        there = [(value, start) for start, value in values if value is not None]
        if not there:
            return self.words.text("statistics.nothing_to_draw")
        most, start = max(there, key=lambda one: one[0])
        at = self._when(start)
        return self.words.text(f"statistics.summary_{name}", all=over_all, most=said(most), at=at)

    def _chart(
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
        window, axis = self.trend.window, self._axis
        return Chart(
            name=name,
            summary=summary,
            up=[(said(mark), _percent(1 - mark / marks[-1])) for mark in marks],
            across=[(self._mark(one), _percent(axis.share(one))) for one in self._marks()],
            bars=bars,
            lines=lines,
            goal=goal,
            hidden=_percent(axis.share(window.since)) if window.since > window.begin else None,
            stretches=self._stretches,
        )

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

    def _room(self, start: datetime) -> tuple[float, float]:
        """Return from where to where a stretch is drawn: the part of it that is in the window."""
        window, axis = self.trend.window, self._axis
        return axis.share(max(start, window.since)), axis.share(start + window.step)

    def _bar(self, start: datetime) -> tuple[float, float]:
        left, right = self._room(start)
        gap = (right - left) * _GAP / 2
        return left + gap, right - gap

    def _line(
        self, name: str, values: Sequence[tuple[datetime, float | None]], most: float
    ) -> Line:
        dots = [
            (sum(self._room(start)) / 2, None if value is None else value / most)
            for start, value in values
        ]
        return Line(name=name, path=line(dots), points=points(dots))

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


def when(moment: datetime, window: Window, zone: timezone) -> str:
    """Return when something in *window* was: without the day, where there is no doubt of it."""
    is_short = window.minutes * timedelta(minutes=1) < timedelta(days=1)
    return clock(moment, zone) if is_short else day_and_clock(moment, zone)


def _percent(share: float) -> str:
    return f"{round(100 * share, 2):g}%"
