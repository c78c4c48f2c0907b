"""The figures of the page of statistics that are seen at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from photochanger_core.domain.stats import ENDED, Outcome, Tally, Totals

from .statistics_charts import GOAL
from .statistics_words import Words


@frozen(kw_only=True)
class Tile:
    """A figure that is seen at a glance.

    Attributes:
        note: What it is made of.
        is_bad: Whether somebody has to do something about it.
    """

    name: str
    value: str
    note: str
    is_bad: bool = False


@frozen(kw_only=True)
class Tiles:
    """The figures of what is looked at.

    Attributes:
        active: Its jobs that are under way.
        totals: Of everything, whatever is looked at.
    """

    tally: Tally
    active: int
    totals: Totals
    words: Words

    def all(self) -> Sequence[Tile]:
        """Return them in the order in which they are shown."""
        return [
            self._jobs(),
            self._success(),
            self._timeouts(),
            self._time("p50", self.tally.p50_ms),
            self._time("p95", self.tally.p95_ms),
            self._storage(),
        ]

    def _jobs(self) -> Tile:
        note = self._note("jobs", number=self.words.count(self.active))
        return Tile(name="jobs", value=self.words.count(self.tally.jobs), note=note)

    def _success(self) -> Tile:
        done, ended = self.tally[Outcome.DONE], sum(self.tally[one] for one in ENDED)
        note = self._note("success", done=self.words.count(done), ended=self.words.count(ended))
        return Tile(name="success", value=self.words.share(self.tally.success_rate), note=note)

    def _timeouts(self) -> Tile:
        number, rate = self.tally[Outcome.TIMEOUT], self.tally.timeout_rate
        return Tile(
            name="timeouts",
            value=self.words.share(rate),
            note=self._note(
                "timeouts", number=self.words.count(number), goal=self.words.share(GOAL)
            ),
            is_bad=(rate or 0) > GOAL,
        )

    def _time(self, name: str, milliseconds: float | None) -> Tile:
        return Tile(name=name, value=self.words.seconds(milliseconds), note=self._note(name))

    def _storage(self) -> Tile:
        note = self._note("storage", number=self.words.count(self.totals.jobs))
        return Tile(name="storage", value=self.words.size(self.totals.stored_bytes), note=note)

    def _note(self, name: str, **values: str) -> str:
        return self.words.text(f"statistics.note_{name}", **values)
