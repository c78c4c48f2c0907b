"""Tell how booths' requests end."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.errors import FailureReason, reason_of
from photochanger_core.domain.events import IngestEnded
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.ingest_outcome import IngestOutcome, outcome_of_error
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort

from .acceptance import Acceptance
from .visit import Processed


@frozen(kw_only=True)
class TellIngest:
    """Tell how booths' requests end: each once."""

    clock: ClockPort
    events: EventsPort

    def refused(self, slot: str, error: BaseException, *, since: float) -> None:
        """Tell of a request that was not accepted; *slot* is as the caller wrote it."""
        outcome, reason = _of_error(error)
        self.events.emit(
            IngestEnded(
                slot_id=SlotId(slot) if slot in SLOT_IDS else None,
                provider=None,
                outcome=outcome,
                failure_reason=reason,
                seconds=self.clock.monotonic() - since,
            )
        )

    def answered(self, accepted: Acceptance, processed: Processed) -> None:
        """Tell of a request that got a picture, or the guest's own photo."""
        self._tell(accepted, _of_answer(processed), processed.degraded)

    def failed(self, accepted: Acceptance, error: BaseException) -> None:
        """Tell of a request that was accepted and came to nothing."""
        self._tell(accepted, *_of_error(error))

    def _tell(
        self, accepted: Acceptance, outcome: IngestOutcome, reason: FailureReason | None
    ) -> None:
        now, timing = self.clock.monotonic(), accepted.timing
        timing.enter(timing.phase, now)
        self.events.emit(
            IngestEnded(
                slot_id=accepted.slot.slot_id,
                provider=accepted.slot.provider,
                outcome=outcome,
                failure_reason=reason,
                seconds=now - accepted.began,
                window=accepted.window,
                phases={phase.value: spent for phase, spent in timing.seconds.items()},
            )
        )


def _of_answer(processed: Processed) -> IngestOutcome:
    if processed.degraded is not None:
        return IngestOutcome.DEGRADED
    if processed.is_replay:
        return IngestOutcome.REPLAYED
    return IngestOutcome.JOINED if processed.is_joined else IngestOutcome.DONE


def _of_error(error: BaseException) -> tuple[IngestOutcome, FailureReason | None]:
    if isinstance(error, ConnectionError) or not isinstance(error, Exception):
        return IngestOutcome.LEFT, None
    reason = reason_of(error)
    return outcome_of_error(reason), reason
