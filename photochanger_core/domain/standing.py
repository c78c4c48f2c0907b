"""How a slot is doing, in one word."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from .reports import SlotStats
from .stats import Outcome

_TOO_FEW_DONE: Final = 0.5
_TOO_MANY_SLOW: Final = 0.1


class Standing(StrEnum):
    """How a slot is doing, in one word.

    Attributes:
        ACTIVE: It waits for photos.
        BUSY: It has jobs in flight, and room for more.
        DELAYED: The next photo would be sent away, or one in ten came too late.
        FAILING: Nobody asks its provider at present, or less than half of the photos came back
            changed.
        OFF: It takes no photos.
    """

    ACTIVE = "active"
    BUSY = "busy"
    DELAYED = "delayed"
    FAILING = "failing"
    OFF = "off"


def standing(stats: SlotStats, *, places: int, is_provider_down: bool) -> Standing:
    """Return how a slot is doing that may have as many jobs in flight as it has *places*."""
    if not stats.slot.is_active:
        return Standing.OFF
    success = stats.tally.success_rate
    if is_provider_down or (success is not None and success < _TOO_FEW_DONE):
        return Standing.FAILING
    if stats.state.active_jobs >= places or _is_slow(stats):
        return Standing.DELAYED
    return Standing.BUSY if stats.state.active_jobs else Standing.ACTIVE


def _is_slow(stats: SlotStats) -> bool:
    slow = stats.tally[Outcome.LATE] + stats.tally[Outcome.TIMEOUT]
    return slow > 0 and slow >= _TOO_MANY_SLOW * stats.tally.jobs
