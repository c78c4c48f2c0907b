"""Ask the slot's provider for a changed picture."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from photochanger_core.domain.errors import FailureReason, ProviderMisconfigured, reason_of
from photochanger_core.domain.events import ProviderCalled
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.provider import Answer, Order, ProviderPort

from .assignment import Assignment


@frozen(kw_only=True)
class AskProvider:
    """Ask the slot's provider for a changed picture, and tell how that went."""

    providers: Mapping[str, ProviderPort]
    clock: ClockPort
    events: EventsPort

    async def __call__(self, work: Assignment) -> Answer:
        """Return the provider's answer.

        Raises:
            ProviderFailure: If there is none, or the slot names no provider we know.
            PayloadTooLarge: If the photo is over the provider's limit.
        """
        provider = self.providers.get(work.slot.provider)
        if provider is None:
            raise ProviderMisconfigured(f"no provider {work.slot.provider!r}")
        work.provider_asked = True
        asked = self.clock.monotonic()
        reason: FailureReason | None = FailureReason.JOB_CANCELLED
        detail = ""
        try:
            answer = await provider.process(self._order(work))
            reason = None
        except Exception as error:
            reason, detail = reason_of(error), repr(error)
            raise
        finally:
            self._tell(work, asked, reason, detail)
        return answer

    def _order(self, work: Assignment) -> Order:
        return Order(
            operation=work.slot.operation,
            settings=work.slot.settings,
            photo=work.photo,
            seconds_left=work.seconds_left(self.clock.monotonic()),
        )

    def _tell(
        self, work: Assignment, asked: float, reason: FailureReason | None, detail: str
    ) -> None:
        now = self.clock.monotonic()
        if reason is FailureReason.JOB_CANCELLED and now >= work.deadline.moment:
            reason = FailureReason.TIMEOUT
        self.events.emit(
            ProviderCalled(
                job_id=work.job.job_id,
                slot_id=work.job.slot_id,
                provider=work.slot.provider,
                seconds=now - asked,
                failure_reason=reason,
                detail=detail,
            )
        )
