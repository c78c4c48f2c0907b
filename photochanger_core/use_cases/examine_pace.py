"""See whether pictures come in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.checkup import Finding, Sign, failure, warning, well
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.stats import Outcome, Tally
from photochanger_core.domain.window import Window
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort
from photochanger_core.ports.stats import StatsPort

PACE: Final = "pace"
DELIVERY: Final = "delivery"

_MINUTES: Final = 24 * 60
_CLOSE: Final = 0.8
"""Of the window: a provider that is a little slower than it was is too slow then."""

_TOLERATED: Final = 0.05
"""The share of timeouts that has been agreed on."""


@frozen(kw_only=True)
class ExaminePace:
    """See whether pictures come in time, by the jobs of the last day."""

    slots: SlotRepoPort
    settings: SettingsRepoPort
    stats: StatsPort
    clock: ClockPort

    async def __call__(self) -> Sequence[Finding]:
        """Return how long jobs took, as against the sync windows of their slots.

        Raises:
            QueueUnavailable: If it cannot be told.
        """
        settings = await self.settings.read()
        tallies = (await self.stats.tallies(Window.of(_MINUTES, self.clock.now()))).slots
        active = [slot for slot in await self.slots.all() if slot.is_active]
        had_jobs = [(slot, tallies[slot.slot_id]) for slot in active if slot.slot_id in tallies]
        doubts = [doubt for slot, tally in had_jobs for doubt in _doubts(slot, tally, settings)]
        slowest = max((tally.p95_ms or 0 for _, tally in had_jobs), default=0)
        if doubts:
            return doubts
        if not slowest:
            return [well(PACE, Sign.PACE_UNKNOWN)]
        return [well(PACE, Sign.PACE_OK, seconds=slowest / 1000)]

    async def deliveries(self) -> Sequence[Finding]:
        """Return which active slots have never delivered a picture.

        Raises:
            QueueUnavailable: If it cannot be told.
        """
        states = await self.stats.states()
        active = [slot.slot_id for slot in await self.slots.all() if slot.is_active]
        never = [slot_id for slot_id in active if states[slot_id].last_success_at is None]
        if not never:
            return [well(DELIVERY, Sign.DELIVERY_OK)] if active else []
        told = {"slots": ", ".join(never), "first": never[0]}
        reasons = [states[slot_id].last_error_reason for slot_id in never]
        if reason := next(filter(None, reasons), None):
            return [warning(DELIVERY, Sign.DELIVERY_FAILED, **told, reason=reason)]
        return [warning(DELIVERY, Sign.DELIVERY_NEVER, **told)]


def _doubts(slot: Slot, tally: Tally, settings: Settings) -> Iterator[Finding]:
    window = settings.window(slot)
    seconds = (tally.p95_ms or 0) / 1000
    if seconds >= _CLOSE * window:
        tell = failure if seconds >= window else warning
        yield tell(slot.slot_id, Sign.PACE_SLOW, seconds=seconds, window=window)
    if tally.success_rate == 0:
        yield warning(slot.slot_id, Sign.PACE_NO_PICTURE, count=tally.jobs)
    elif (tally.timeout_rate or 0) > _TOLERATED:
        percent = round(100 * (tally.timeout_rate or 0))
        told = {"percent": percent, "count": tally[Outcome.TIMEOUT]}
        yield warning(slot.slot_id, Sign.PACE_TIMEOUTS, **told)
