"""Tell a refused caller when another try may succeed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from photochanger_core.domain.errors import (
    CoreError,
    ProviderQuota,
    ProviderServerError,
    ProviderUnreachable,
    QueueBusy,
    RateLimited,
)
from photochanger_core.domain.events import PhotoRefused
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.provider_health import ProviderHealthPort

_AFTER_A_JOB: Final = (QueueBusy, ProviderQuota, ProviderServerError, ProviderUnreachable)
"""Refusals that may be over when one more job is."""


@frozen(kw_only=True)
class TellWhen:
    """Tell a refused caller when another try may succeed.

    That is after the time that jobs of the provider took lately; or tomorrow, if the slot has had
    its photos of the day.
    """

    health: ProviderHealthPort
    clock: ClockPort
    events: EventsPort

    def __call__(self, error: CoreError, slot: Slot, settings: Settings) -> None:
        """Set what *error* says about another try, unless somebody who knows better has.

        A photo that is not taken for a limit is told of, too.
        """
        if isinstance(error, QueueBusy | RateLimited):
            self.events.emit(PhotoRefused(slot_id=slot.slot_id, failure_reason=error.reason))
        if error.retry_after is not None:
            return
        if isinstance(error, RateLimited):
            error.retry_after = _until_midnight(self.clock.now())
        elif isinstance(error, _AFTER_A_JOB):
            error.retry_after = self._job_seconds(slot, settings)

    def _job_seconds(self, slot: Slot, settings: Settings) -> float | None:
        seconds = self.health.job_seconds(slot.provider)
        return None if seconds is None else min(max(1.0, seconds), settings.window(slot))


def _until_midnight(now: datetime) -> float:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - now).total_seconds()
