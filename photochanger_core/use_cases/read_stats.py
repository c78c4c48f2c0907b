"""Tell how the service has been doing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.ids import SLOT_IDS, SlotId, slot_id
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_core.domain.reports import (
    Overview,
    ProviderStats,
    SlotReport,
    SlotsReport,
    SlotStats,
    SystemReport,
    SystemStats,
)
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.stats import ProviderTally, Series, SlotState, Tally
from photochanger_core.domain.window import Window
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_list import JobFilter, JobListPort
from photochanger_core.ports.provider_health import ProviderHealthPort
from photochanger_core.ports.slot_repo import SlotRepoPort
from photochanger_core.ports.stats import StatsPort

DEFAULT_MINUTES: Final = 60

_FAILURES_SHOWN: Final = 20
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

    async def overview(self, window_minutes: int = DEFAULT_MINUTES) -> Overview:
        """Return how everything and every slot has been doing."""
        window = self._window(window_minutes)
        tallies, states = await self.stats.tallies(window), await self.stats.states()
        slots = [
            SlotStats(
                slot=slot,
                state=states[slot.slot_id],
                tally=tallies.slots.get(slot.slot_id, Tally()),
            )
            for slot in await self.slots.all()
        ]
        system = SystemStats(
            totals=await self.stats.totals(),
            active_jobs=_active(states),
            tally=tallies.together,
        )
        return Overview(window=window, system=system, slots=slots)

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
            failures=await self._failures(slot.slot_id),
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
        return SystemReport(window=window, system=system, providers=await self._providers(window))

    def _window(self, minutes: int) -> Window:
        return Window.of(minutes, self.clock.now())

    async def _failures(self, slot: SlotId) -> Sequence[Job]:
        wanted = JobFilter(slot_id=slot, statuses=_FAILED, source=JobSource.INGEST)
        return await self.job_list.page(wanted, _FAILURES_SHOWN)

    async def _providers(self, window: Window) -> Sequence[ProviderStats]:
        """Return those there are now, and those that were asked then."""
        tallies = await self.stats.providers(window)
        return [
            ProviderStats(
                name=name,
                tally=tallies.get(name, ProviderTally()),
                quota_left=self.provider_health.quota_left(name),
            )
            for name in sorted({*self.providers, *tallies})
        ]


def _active(states: Mapping[SlotId, SlotState]) -> int:
    return sum(state.active_jobs for state in states.values())


def _slot_stats(slot: Slot, state: SlotState, series: Series, window: Window) -> SlotStats:
    return SlotStats(slot=slot, state=state, tally=series.tally, points=series.over(window))
