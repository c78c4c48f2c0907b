"""Ask a provider once for a changed picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Final

from attrs import define, frozen

from photochanger_core.domain.attempt import MAX_DETAIL, Attempt
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import (
    FailureReason,
    ProviderFailure,
    ProviderMisconfigured,
    SyncTimeout,
    reason_of,
)
from photochanger_core.domain.events import ProviderCalled
from photochanger_core.domain.route import Route
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.provider import Answer, Order, ProviderPort
from photochanger_core.ports.provider_health import ProviderHealthPort

from .assignment import Assignment
from .draw_picture import DrawPicture
from .lend_media import LendMedia
from .timing import Phase

_EARLY: Final = 0.001
"""Seconds by which a timer may come before its moment."""


@frozen(kw_only=True)
class AskProvider:
    """Ask a provider once for a changed picture, check and finish what it makes, and tell of it."""

    providers: Mapping[str, ProviderPort]
    clock: ClockPort
    events: EventsPort
    health: ProviderHealthPort
    lend_media: LendMedia
    draw_picture: DrawPicture

    async def __call__(self, work: Assignment, route: Route, *, until: float) -> Blob:
        """Return the picture, to be closed; the attempt is on the job then, however it ended.

        Args:
            work: Whose photo it is.
            route: Whom to ask, and what for.
            until: The moment at which to give up, on the monotonic clock.

        Raises:
            ProviderFailure: If there is no usable picture, or no such provider.
            SyncTimeout: If it took too long.
            PayloadTooLarge: If the photo is over the provider's limit.
            StorageFull, StorageUnavailable: If there is no place for the picture, or for what is
                lent to the provider.
            QueueUnavailable: If what is lent cannot be remembered, or the provider's key not read.
        """
        provider = self.providers.get(route.provider)
        if provider is None:
            raise ProviderMisconfigured(f"no provider {route.provider!r}")
        model = provider.model(route.settings)
        asking = _Asking(work=work, route=route, model=model, began=self.clock.monotonic())
        work.timing.enter(Phase.PROVIDER, asking.began)
        try:
            async with self.clock.until(until):
                return await self._picture(provider, asking, until)
        except DeadlinePassed:
            self._note(asking, FailureReason.TIMEOUT)
            raise SyncTimeout("the provider took too long") from None
        except Exception as error:
            self._note(asking, reason_of(error), repr(error))
            raise
        except BaseException:
            late = self.clock.monotonic() >= until - _EARLY
            self._note(asking, FailureReason.TIMEOUT if late else FailureReason.JOB_CANCELLED)
            raise

    def name_of(self, route: Route) -> str:
        """Return what speed and faults belong to: the provider, or its model if it has one."""
        provider = self.providers.get(route.provider)
        return route.name(None if provider is None else provider.model(route.settings))

    async def _picture(self, provider: ProviderPort, asking: _Asking, until: float) -> Blob:
        async with self._links(provider, asking) as links:
            asking.answer = await provider.process(self._order(asking, links, until))
        now = asking.answered = self.clock.monotonic()
        if asking.answer.quota_left:
            self.health.quota_told(asking.route.provider, asking.answer.quota_left)
        asking.work.timing.enter(Phase.STORE, now)
        picture = await self._finished(asking.work, asking.answer, seconds=until - now)
        self._note(asking, None)
        return picture

    def _links(
        self, provider: ProviderPort, asking: _Asking
    ) -> AbstractAsyncContextManager[Sequence[str]]:
        operation = provider.operations.get(asking.route.operation)
        if operation is not None and operation.requires_public_media:
            return self.lend_media(asking.work)
        return nullcontext(())

    def _order(self, asking: _Asking, links: Sequence[str], until: float) -> Order:
        return Order(
            operation=asking.route.operation,
            settings=asking.route.settings,
            photo=asking.work.photo,
            templates=asking.work.templates,
            links=links,
            seconds_left=until - self.clock.monotonic(),
        )

    async def _finished(self, work: Assignment, answer: Answer, *, seconds: float) -> Blob:
        assert work.facts is not None  # noqa: S101 - the photo was looked at before
        like = work.facts if answer.follows_photo else None
        finish = work.slot.finish(work.facts, like=like)
        try:
            return await self.draw_picture.of_answer(answer.picture, finish, seconds=seconds)
        except ProviderFailure as failure:
            failure.is_final = answer.is_final
            raise
        finally:
            await answer.picture.close()

    def _note(self, asking: _Asking, reason: FailureReason | None, detail: str = "") -> None:
        now = self.clock.monotonic()
        attempt = asking.attempt(reason, detail, now=self.clock.now(), monotonic=now)
        asking.work.job = asking.work.job.tried(attempt)
        if asking.tells_of_provider(reason):
            self.health.tried(self.name_of(asking.route), attempt.seconds, reason)
        self.events.emit(
            ProviderCalled(
                job_id=asking.work.job.job_id,
                slot_id=asking.work.job.slot_id,
                number=attempt.number,
                provider=attempt.provider,
                model=attempt.model,
                seconds=attempt.seconds,
                failure_reason=reason,
                detail=detail,
                usage=attempt.usage,
            )
        )


@define(kw_only=True)
class _Asking:
    """One attempt under way. Moments are on the monotonic clock."""

    work: Assignment
    route: Route
    model: str | None
    began: float
    answered: float | None = None
    answer: Answer | None = None

    def tells_of_provider(self, reason: FailureReason | None) -> bool:
        """Whether ending for *reason* says anything of how the provider is doing."""
        if reason is FailureReason.TIMEOUT:
            return self.answered is None
        return reason is not FailureReason.JOB_CANCELLED

    def attempt(
        self, reason: FailureReason | None, detail: str, *, now: datetime, monotonic: float
    ) -> Attempt:
        """Return the attempt as it ended for *reason*, *now* being told by both clocks."""
        ended = monotonic if self.answered is None else self.answered
        return Attempt(
            number=len(self.work.job.attempts) + 1,
            provider=self.route.provider,
            model=(self.answer and self.answer.model) or self.model,
            started_at=now - timedelta(seconds=monotonic - self.began),
            seconds=ended - self.began,
            failure_reason=reason,
            detail=detail[:MAX_DETAIL],
            usage={**self.answer.usage, **self.answer.quota_left} if self.answer else {},
        )
