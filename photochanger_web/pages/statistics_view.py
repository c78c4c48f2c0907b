"""What the page of statistics shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, timezone

from attrs import frozen

from photochanger_core.domain.job import Job
from photochanger_core.domain.reports import Overview, ProviderStats, SlotStats, Trend
from photochanger_core.domain.starts import Starts
from photochanger_core.domain.stats import Outcome, Tally

from .local_time import day_and_clock, zone_name
from .statistics_chart_field import Chart, ChartField
from .statistics_charts import Charts
from .statistics_look import HOURS, Look
from .statistics_rows import Failure, PointRow, ProviderRow, Rows, SlotRow
from .statistics_tiles import Tile, Tiles
from .statistics_words import Words


@frozen(kw_only=True)
class Found:
    """What has been read for the page."""

    overview: Overview
    trend: Trend
    attempts: Sequence[ProviderStats]
    failures: Sequence[Job]


@frozen(kw_only=True)
class Page:
    """What the page shows of what was `Found`."""

    look: Look
    found: Found
    starts: Starts
    words: Words
    zone: timezone

    @property
    def windows(self) -> Sequence[tuple[str, str, bool]]:
        """Windows to choose from, with their addresses, and whether they are the one shown."""
        return [
            (
                self.words.minutes(60 * hours),
                self.look.over(60 * hours).address(),
                self.look.minutes == 60 * hours,
            )
            for hours in HOURS
        ]

    @property
    def window(self) -> str:
        """How long the window is."""
        return self.words.minutes(self.look.minutes)

    @property
    def stretch(self) -> str:
        """How long a stretch is."""
        return self.words.minutes(self.found.trend.window.step // timedelta(minutes=1))

    @property
    def zone_name(self) -> str:
        """In which zone times are told."""
        return zone_name(self.zone)

    @property
    def slots(self) -> Sequence[tuple[str, str]]:
        """All slots with their names."""
        return [(one.slot.slot_id, one.display_name) for one in self.found.overview.slots]

    @property
    def slot(self) -> SlotStats | None:
        """The slot that is looked at; None: all are."""
        of = (one for one in self.found.overview.slots if one.slot.slot_id == self.look.slot)
        return next(of, None)

    @property
    def system_jobs(self) -> str:
        """Jobs of everything together in the window."""
        return self.words.count(self.found.overview.system.tally.jobs)

    @property
    def has_ever_run(self) -> bool:
        """Whether there has been any job at all."""
        return self.found.overview.system.totals.jobs > 0

    @property
    def since(self) -> str | None:
        """From when on is counted what is looked at; None: everything is."""
        start = self.starts.of(self.look.slot)
        return None if start is None else day_and_clock(start, self.zone)

    @property
    def undoes(self) -> str:
        """The slot whose reset can be undone; empty: all resets."""
        slot = self.look.slot
        return slot if slot is not None and slot in self.starts.slots else ""

    @property
    def tally(self) -> Tally:
        """Of what is looked at."""
        return self.slot.tally if self.slot else self.found.overview.system.tally

    @property
    def tiles(self) -> Sequence[Tile]:
        """The figures to be seen at a glance."""
        system = self.found.overview.system
        active = self.slot.state.active_jobs if self.slot else system.active_jobs
        tiles = Tiles(tally=self.tally, active=active, totals=system.totals, words=self.words)
        return tiles.all()

    @property
    def outcomes(self) -> Sequence[tuple[Outcome, str]]:
        """What became of the jobs, in those words of which there were any."""
        tally = self.tally
        return [(one, self.words.count(tally[one])) for one in Outcome if tally[one]]

    @property
    def charts(self) -> Sequence[Chart]:
        """Over time."""
        field = ChartField(trend=self.found.trend, words=self.words, zone=self.zone)
        return Charts(field=field, tally=self.tally).all()

    @property
    def points(self) -> Sequence[PointRow]:
        """The same as figures."""
        window = self.found.trend.window
        return [self._rows.point(start, tally, window) for start, tally in self.found.trend.points]

    @property
    def rows(self) -> Sequence[SlotRow]:
        """The figures of all slots."""
        return [self._rows.slot(one) for one in self.found.overview.slots]

    @property
    def providers(self) -> Sequence[ProviderRow]:
        """The figures of providers."""
        return [self._rows.provider(one) for one in self.found.attempts]

    @property
    def failures(self) -> Sequence[Failure]:
        """The last failures, the youngest first."""
        names = dict(self.slots)
        return [self._rows.failure(job, names[job.slot_id]) for job in self.found.failures]

    @property
    def _rows(self) -> Rows:
        now = self.found.overview.window.until
        return Rows(look=self.look, starts=self.starts, words=self.words, zone=self.zone, now=now)
