"""How the service is, for whoever watches it."""

from __future__ import annotations

from functools import cached_property

from photochanger_core.use_cases.hear_of_cleanups import HearOfCleanups
from photochanger_core.use_cases.read_state import ReadState
from photochanger_core.use_cases.show_metrics import ShowMetrics
from photochanger_core.use_cases.tell_bug import TellBug
from photochanger_core.use_cases.tell_health import TellHealth

from .jobs import Jobs
from .photos import Photos


class Watching(Photos, Jobs):
    """Use cases about how the service is."""

    @cached_property
    def tell_health(self) -> TellHealth:
        return TellHealth(
            check_health=self.check_health, runs=self._ports.runs, clock=self._ports.clock
        )

    @cached_property
    def show_metrics(self) -> ShowMetrics:
        return ShowMetrics(metrics=self._ports.metrics, read_state=self.read_state)

    @cached_property
    def read_state(self) -> ReadState:
        return ReadState(
            tell_health=self.tell_health,
            slots=self._ports.slots,
            settings=self._ports.settings,
            jobs=self._ports.jobs,
            stats=self._ports.stats,
            disk=self._ports.disk,
            backup_mark=self._ports.backup_mark,
            load=self._ports.load,
            receiving=self._receiving,
            runs=self._ports.runs,
            clock=self._ports.clock,
        )

    @cached_property
    def hear_of_cleanups(self) -> HearOfCleanups:
        return HearOfCleanups(
            runs=self._ports.cleanup_runs, clock=self._ports.clock, events=self._ports.events
        )

    @cached_property
    def tell_bug(self) -> TellBug:
        return TellBug(events=self._ports.events)
