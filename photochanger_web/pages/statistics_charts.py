"""The charts of the page of statistics, each with its scale, its figures and what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.stats import Tally

from .charts import scale
from .statistics_chart_field import Chart, ChartField, percent

GOAL: Final = 0.05
"""The share of 504 that is not to be exceeded."""

_LEAST_SHARES: Final = 0.02
"""Steps of an axis of shares: five of them, so that the goal is always in the chart."""


@frozen(kw_only=True)
class Charts:
    """Draws how something has been doing.

    Attributes:
        field: What all of them are drawn on.
        tally: Of the whole trend.
    """

    field: ChartField
    tally: Tally

    def all(self) -> Sequence[Chart]:
        """Return jobs, how long they took, and the share of 504."""
        return [self._jobs(), self._times(), self._timeouts()]

    def _jobs(self) -> Chart:
        field, said = self.field, self.field.words.count
        counts = [(start, tally.jobs) for start, tally in field.trend.points]
        marks = scale(max((jobs for _, jobs in counts), default=0), least_step=1)
        values = [(start, jobs or None) for start, jobs in counts]
        summary = field.summary("jobs", said(self.tally.jobs), values, said)
        return field.chart("jobs", summary, marks, said, bars=field.bars(counts, marks[-1]))

    def _times(self) -> Chart:
        field, said = self.field, self.field.words.seconds
        p95 = [(start, tally.p95_ms) for start, tally in field.trend.points]
        p50 = [(start, tally.p50_ms) for start, tally in field.trend.points]
        marks = [1000 * one for one in scale(max((ms or 0 for _, ms in p95), default=0) / 1000)]
        over_all = f"p50 {said(self.tally.p50_ms)}, p95 {said(self.tally.p95_ms)}"
        lines = [field.line("p95", p95, marks[-1]), field.line("p50", p50, marks[-1])]
        summary = field.summary("times", over_all, p95, said)
        return field.chart("times", summary, marks, said, lines=lines)

    def _timeouts(self) -> Chart:
        field, said = self.field, self.field.words.share
        shares = [(start, tally.timeout_rate) for start, tally in field.trend.points]
        most = max((share or 0 for _, share in shares), default=0)
        marks = scale(max(most, GOAL), least_step=_LEAST_SHARES)
        lines = [field.line("timeouts", shares, marks[-1])]
        summary = field.summary("timeouts", said(self.tally.timeout_rate), shares, said)
        goal = percent(1 - GOAL / marks[-1])
        return field.chart("timeouts", summary, marks, said, lines=lines, goal=goal)
