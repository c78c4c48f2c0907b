"""Tell how the service has been doing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import evolve, frozen

from photochanger_core.domain.ids import SLOT_IDS, SlotId, slot_id
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_core.domain.reports import (
    Overview,
    Points,
    ProviderStats,
    SlotReport,
    SlotsReport,
    SlotStats,
    SystemReport,
    SystemStats,
    Trend,
)
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.starts import ALL_COUNTED, Starts
from photochanger_core.domain.stats import ProviderTally, Series, SlotState, SlotTallies, Tally
from photochanger_core.domain.window import Window
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_list import JobFilter, JobListPort
from photochanger_core.ports.provider_health import ProviderHealthPort
from photochanger_core.ports.slot_repo import SlotRepoPort
from photochanger_core.ports.stats import StatsPort

DEFAULT_MINUTES: Final = 60

_FAILURES_SHOWN: Final = 20
_LOOKED_THROUGH: Final = 200
"""Failures, where those of single slots do not count: others may be behind them."""

_FAILED: Final = frozenset({JobStatus.FAILED, JobStatus.TIMEOUT})


@frozen(kw_only=True)
class ReadStats:
    """Tell how the service has been doing in the last minutes.

    The number of questions asked of the store does not depend on how many slots or jobs there
    are. All methods raise ValidationFailed if `window_minutes` is not a whole number from 5 to
    4320, and QueueUnavailable if the figures cannot be read.
    """

    slots: SlotRepoPort
    stats: StatsPort
    job_list: JobListPort
    providers: Collection[str]
    provider_health: ProviderHealthPort
    clock: ClockPort

    def now(self) -> datetime:
        """Return from when on jobs are to be counted if nothing before is."""
        return self.clock.now()

    async def overview(
        self, window_minutes: int = DEFAULT_MINUTES, starts: Starts = ALL_COUNTED
    ) -> Overview:
        """Return how everything and every slot has been doing, since *starts*."""
        window = self._window(window_minutes, starts.everything)
        return await self._overview(window, starts, await self.stats.tallies(window))

    async def course(self, window_minutes: int, starts: Starts) -> Overview:
        """Return the same, and everything together also stretch by stretch."""
        window = self._window(window_minutes, starts.everything)
        course = await self.stats.course(window)
        return await self._overview(window, starts, course.tallies, course.series.over(window))

    async def _overview(
        self, window: Window, starts: Starts, tallies: SlotTallies, points: Points = ()
    ) -> Overview:
        states = await self.stats.states()
        slots = await self._slots(window, starts, tallies.slots, states)
        system = SystemStats(
            totals=await self.stats.totals(),
            active_jobs=_active(states),
            tally=tallies.together,
            points=points,
        )
        return Overview(window=window, system=system, slots=slots)

    async def every_slot(
        self, window_minutes: int = DEFAULT_MINUTES, starts: Starts = ALL_COUNTED
    ) -> Sequence[SlotStats]:
        """Return the slots of the overview, without adding up what is stored."""
        window = self._window(window_minutes, starts.everything)
        tallies, states = await self.stats.tallies(window), await self.stats.states()
        return await self._slots(window, starts, tallies.slots, states)

    async def trend(self, window_minutes: int, slot: str, starts: Starts) -> Trend:
        """Return how *slot* has been doing, stretch by stretch.

        Raises:
            SlotNotFound: If there is no such slot.
        """
        of = slot_id(slot)
        window = self._window(window_minutes, starts.of(of))
        series = await self.stats.series(window, [of])
        return Trend(window=window, points=series.over(window))

    async def attempts(
        self, window_minutes: int, slot: str | None, starts: Starts
    ) -> Sequence[ProviderStats]:
        """Return how providers have been doing, for None all of them, else for *slot*.

        Raises:
            SlotNotFound: If there is no such slot.
        """
        of = None if slot is None else slot_id(slot)
        window = self._window(window_minutes, starts.of(of))
        if of is None:
            return self._providers(await self.stats.providers(window), self.providers)
        asked = (await self.slots.get(of)).provider
        return self._providers(await self.stats.attempts_of(window, of), [asked])

    async def failures(self, slot: str | None, starts: Starts = ALL_COUNTED) -> Sequence[Job]:
        """Return the last jobs of *slot*, or of all, that failed or timed out, the youngest first.

        Raises:
            SlotNotFound: If there is no such slot.
        """
        of = None if slot is None else slot_id(slot)
        wanted = JobFilter(slot_id=of, statuses=_FAILED, source=JobSource.INGEST)
        most = _LOOKED_THROUGH if of is None and starts.slots else _FAILURES_SHOWN
        found = await self.job_list.page(wanted, most)
        return [job for job in found if _counts(job, starts)][:_FAILURES_SHOWN]

    async def of_slots(self, window_minutes: int = DEFAULT_MINUTES) -> SlotsReport:
        """Return how every slot has been doing, stretch by stretch."""
        window = self._window(window_minutes)
        series, states = await self.stats.series_by_slot(window), await self.stats.states()
        slots = [
            _slot_stats(
                slot,
                states[slot.slot_id],
                series.get(slot.slot_id, Series(tally=Tally())),
                window,
            )
            for slot in await self.slots.all()
        ]
        return SlotsReport(window=window, slots=slots)

    async def of_slot(self, text: str, window_minutes: int = DEFAULT_MINUTES) -> SlotReport:
        """Return how the slot with the id *text* has been doing, and its last failures of all.

        Raises:
            SlotNotFound: If there is no such slot.
        """
        window = self._window(window_minutes)
        slot = await self.slots.get(slot_id(text))
        series, states = await self.stats.series(window, [slot.slot_id]), await self.stats.states()
        return SlotReport(
            window=window,
            slot=_slot_stats(slot, states[slot.slot_id], series, window),
            failures=await self.failures(text),
        )

    async def of_system(self, window_minutes: int = DEFAULT_MINUTES) -> SystemReport:
        """Return how everything together and every provider has been doing."""
        window = self._window(window_minutes)
        series, states = await self.stats.series(window, SLOT_IDS), await self.stats.states()
        system = SystemStats(
            totals=await self.stats.totals(),
            active_jobs=_active(states),
            tally=series.tally,
            points=series.over(window),
        )
        tallies = await self.stats.providers(window)
        providers = self._providers(tallies, self.providers)
        return SystemReport(window=window, system=system, providers=providers)

    def _window(self, minutes: int, start: datetime | None = None) -> Window:
        return Window.of(minutes, self.clock.now(), start)

    async def _slots(
        self,
        window: Window,
        starts: Starts,
        tallies: Mapping[SlotId, Tally],
        states: Mapping[SlotId, SlotState],
    ) -> Sequence[SlotStats]:
        of_slots = {**tallies, **await self._apart(window, starts)}
        return [
            SlotStats(
                slot=slot,
                state=states[slot.slot_id].counted_from(starts.of(slot.slot_id)),
                tally=of_slots.get(slot.slot_id, Tally()),
            )
            for slot in await self.slots.all()
        ]

    async def _apart(self, window: Window, starts: Starts) -> Mapping[SlotId, Tally]:
        """Return the tallies of slots that are counted from a later moment than the others."""
        windows = {
            slot: evolve(window, start=at) for slot, at in starts.slots.items() if at > window.since
        }
        if not windows:
            return {}
        tallies = await self.stats.tallies_apart(windows)
        return {slot: tallies.get(slot, Tally()) for slot in windows}

    def _providers(
        self, tallies: Mapping[str, ProviderTally], known: Iterable[str]
    ) -> Sequence[ProviderStats]:
        """Return those that are known now, and those that were asked then."""
        return [
            ProviderStats(
                name=name,
                tally=tallies.get(name, ProviderTally()),
                quota_left=self.provider_health.quota_left(name),
            )
            for name in sorted({*known, *tallies})
        ]


def _counts(job: Job, starts: Starts) -> bool:
    start = starts.of(job.slot_id)
    return start is None or job.started_at >= start


def _active(states: Mapping[SlotId, SlotState]) -> int:
    return sum(state.active_jobs for state in states.values())


def _slot_stats(slot: Slot, state: SlotState, series: Series, window: Window) -> SlotStats:
    return SlotStats(slot=slot, state=state, tally=series.tally, points=series.over(window))
