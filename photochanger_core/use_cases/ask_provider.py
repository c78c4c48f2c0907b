"""Ask a provider once for a changed picture."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from attrs import define, frozen

from photochanger_core.domain.attempt import MAX_DETAIL, Attempt, AttemptKind
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    ProviderFailure,
    ProviderMisconfigured,
    SyncTimeout,
    in_short,
    reason_of,
)
from photochanger_core.domain.events import ProviderCalled
from photochanger_core.domain.retry import LEAST_SECONDS
from photochanger_core.domain.route import Fallback, Route
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.provider import Answer, Operation, Order, ProviderPort
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

    async def __call__(
        self, work: Assignment, route: Route, links: Sequence[str], *, until: float
    ) -> Blob:
        """Return the picture, to be closed; the attempt is on the job then, however it ended.

        Args:
            work: Whose photo it is.
            route: Whom to ask, and what for.
            links: From `lending`.
            until: The moment at which to give up, on the monotonic clock.

        Raises:
            ProviderFailure: If there is no usable picture, or no such provider.
            SyncTimeout: If it took too long.
            PayloadTooLarge: If the photo is over the provider's limit.
            StorageFull, StorageUnavailable: If there is no place for the picture.
            StorageFull, StorageUnavailable: If there is no place for the picture, or for what is
                lent to the provider.
            QueueUnavailable: If what is lent cannot be remembered, or the provider's key not read.
        """
        provider = self.providers.get(route.provider)
        if provider is None:
            raise ProviderMisconfigured(f"no provider {route.provider!r}")
        try:
            async with self.clock.until(until):
                return await self._asked(provider, work, route, links, until=until)
        except DeadlinePassed:
            raise SyncTimeout("the provider took too long") from None

    @asynccontextmanager
    async def lending(
        self, work: Assignment, route: Route, *, until: float
    ) -> AsyncIterator[Sequence[str]]:
        """Yield links to the pictures of *work* if *route* needs them, none otherwise.

        Raises:
            SyncTimeout: If they are not there at the moment *until*.
            CoreError: Whatever `LendMedia` raises.
        """
        operation = self._operation(route)
        if operation is None or not operation.requires_public_media:
            yield ()
            return
        async with AsyncExitStack() as stack:
            try:
                async with self.clock.until(until):
                    links = await stack.enter_async_context(self.lend_media(work))
            except DeadlinePassed:
                raise SyncTimeout("the pictures could not be lent in time") from None
            yield links

    def name_of(self, route: Route) -> str:
        """Return what speed and faults belong to: the provider, or its model if it has one."""
        provider = self.providers.get(route.provider)
        return route.name(None if provider is None else provider.model(route.settings))

    def least_seconds(self, route: Route) -> float:
        """Return the seconds below which nothing can come of asking along *route*."""
        operation = self._operation(route)
        return LEAST_SECONDS if operation is None else operation.least_seconds

    def _operation(self, route: Route) -> Operation | None:
        provider = self.providers.get(route.provider)
        return None if provider is None else provider.operations.get(route.operation)

    async def _asked(
        self,
        provider: ProviderPort,
        work: Assignment,
        route: Route,
        links: Sequence[str],
        *,
        until: float,
    ) -> Blob:
        model = provider.model(route.settings)
        asking = _Asking(work=work, route=route, model=model, began=self.clock.monotonic())
        work.timing.enter(Phase.PROVIDER, asking.began)
        try:
            return await self._picture(provider, asking, asking.order(links, until), until)
        except Exception as error:
            self._note(asking, reason_of(error), _words(error))
            raise
        except BaseException:
            late = self.clock.monotonic() >= until - _EARLY
            self._note(asking, FailureReason.TIMEOUT if late else FailureReason.JOB_CANCELLED)
            raise

    async def _picture(
        self, provider: ProviderPort, asking: _Asking, order: Order, until: float
    ) -> Blob:
        asking.answer = await provider.process(order)
        now = asking.answered = self.clock.monotonic()
        if asking.answer.quota_left:
            self.health.quota_told(asking.route.provider, asking.answer.quota_left)
        asking.work.timing.enter(Phase.STORE, now)
        picture = await self._finished(asking.work, asking.answer, seconds=until - now)
        self._note(asking, None)
        return picture

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
                kind=asking.kind(attempt.number),
                provider=attempt.provider,
                model=attempt.model,
                seconds=attempt.seconds,
                failure_reason=reason,
                detail=detail,
                usage=attempt.usage,
                quota_left=attempt.quota_left,
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

    def order(self, links: Sequence[str], until: float) -> Order:
        """Return what is asked for, to be answered by *until*."""
        return Order(
            operation=self.route.operation,
            settings=self.route.settings,
            photo=self.work.photo,
            templates=self.work.templates,
            links=links,
            seconds_left=until - self.began,
        )

    def kind(self, number: int) -> AttemptKind:
        """Return why this is asked as the attempt of that *number*."""
        if isinstance(self.route, Fallback):
            return AttemptKind.FALLBACK
        return AttemptKind.FIRST if number == 1 else AttemptKind.RETRY

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
            usage=self.answer.usage if self.answer else {},
            quota_left=self.answer.quota_left if self.answer else {},
        )


def _words(error: Exception) -> str:
    """Return what a provider has said, without what we call it; of a bug, what it is."""
    return error.detail if isinstance(error, CoreError) else in_short(error)
