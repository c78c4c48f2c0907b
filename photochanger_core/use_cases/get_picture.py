"""Get a changed picture from somebody, in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import (
    CoreError,
    Interrupted,
    PayloadTooLarge,
    ProviderFailure,
    SyncTimeout,
)
from photochanger_core.domain.job import JobStatus
from photochanger_core.domain.retry import MAX_STARTS, RetryPolicy, may_start
from photochanger_core.domain.route import Route
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.provider_health import ProviderHealthPort
from photochanger_core.ports.turns import TurnsPort

from .ask_provider import AskProvider
from .assignment import Assignment

STORE_SECONDS: Final = 0.5
"""Kept before the deadline for checking and storing the picture."""


@frozen(kw_only=True)
class Way:
    """A route with the time it has. Moments are on the monotonic clock.

    Attributes:
        ends: When the next way has to begin, or the job to be over: nothing is begun that cannot
            be expected to end before.
        cut: When an attempt under way is given up.
        starts: How many attempts the job may have had when this way ends.
    """

    route: Route
    begins: float
    ends: float
    cut: float
    starts: int


@frozen(kw_only=True)
class GetPicture:
    """Get a changed picture: from the slot's provider, or else from its fallback.

    The rules about money and time are in `domain/retry.py`. A slot's fallback has a share of the
    window to itself. It goes first while the slot's own provider is known to be down.
    """

    jobs: JobRepoPort
    turns: TurnsPort
    clock: ClockPort
    health: ProviderHealthPort
    ask_provider: AskProvider

    async def __call__(self, work: Assignment) -> Blob:
        """Return the picture, to be closed.

        Raises:
            ProviderFailure, SyncTimeout, PayloadTooLarge: Why the last way has led nowhere.
            Interrupted: If somebody has closed the job.
            CoreError: Whatever is wrong with the stores.
        """
        *firsts, last = self._ways(work)
        for way in firsts:
            try:
                return await self._along(work, way)
            except (ProviderFailure, SyncTimeout, PayloadTooLarge) as failure:
                return await self._after(failure, work, last)
        return await self._along(work, last)

    async def _after(self, failure: CoreError, work: Assignment, way: Way) -> Blob:
        """Go the next way; if nobody is asked there, *failure* is why there is no picture."""
        tried = len(work.job.attempts)
        try:
            return await self._along(work, way)
        except SyncTimeout as timeout:
            if tried and len(work.job.attempts) == tried:
                raise failure from timeout
            raise

    def _ways(self, work: Assignment) -> Sequence[Way]:
        now, deadline = self.clock.monotonic(), work.deadline.moment
        fallback = work.slot.fallback
        if fallback is None:
            return [_last(work, work.slot.route, begins=now)]
        first, second = work.slot.route, fallback
        if self.health.is_down(self.ask_provider.name_of(first)):
            first, second = second, first
        change = deadline - work.window * fallback.share / 100
        way = Way(route=first, begins=now, ends=change, cut=change, starts=MAX_STARTS - 1)
        return [way, _last(work, second, begins=change)]

    async def _along(self, work: Assignment, way: Way) -> Blob:
        await self._line_up(work, way)
        failures: list[CoreError] = []
        try:
            while True:
                self._check_time(work, way, failures)
                try:
                    return await self._asked(work, way)
                except (ProviderFailure, SyncTimeout) as failure:
                    failures.append(failure)
                await self._pause(work.slot.retry, way, failures)
        finally:
            failures.clear()  # each leads back to here, and to megabytes that were read

    async def _asked(self, work: Assignment, way: Way) -> Blob:
        async with self.ask_provider.lending(work, way.route, until=way.cut) as links:
            if not self._has_time(way):
                raise SyncTimeout("lending the pictures took the time there was to ask anybody")
            return await self.ask_provider(work, way.route, links, until=way.cut)

    async def _line_up(self, work: Assignment, way: Way) -> None:
        try:
            async with self.clock.until(way.ends):
                if way.route.provider != work.line:
                    work.line = way.route.provider
                    work.job = await self.turns.requeue(work.job, work.line)
                if not work.has_turn:
                    await self.turns.turn(work.job, places=work.settings.provider_concurrency)
                await self._start(work)
        except DeadlinePassed:
            raise SyncTimeout("the provider's turn did not come in time") from None

    async def _start(self, work: Assignment) -> None:
        if work.job.status is not JobStatus.PENDING:
            return
        if not await self.jobs.start(work.job):
            raise Interrupted("closed by somebody before the provider was asked")
        work.job = work.job.processing()

    def _check_time(self, work: Assignment, way: Way, failures: Sequence[CoreError]) -> None:
        """Return if another attempt is allowed; otherwise raise why the way ends here."""
        if len(work.job.attempts) >= way.starts or not self._has_time(way):
            raise failures[-1] if failures else SyncTimeout("no time is left to ask anybody")

    def _has_time(self, way: Way) -> bool:
        """Whether asking now can be expected to end in time."""
        return may_start(
            seconds_left=way.ends - STORE_SECONDS - self.clock.monotonic(),
            quick=self.health.quick_seconds(self.ask_provider.name_of(way.route)),
            window=way.ends - way.begins,
            least=self.ask_provider.least_seconds(way.route),
        )

    async def _pause(self, policy: RetryPolicy, way: Way, failures: Sequence[CoreError]) -> None:
        """Wait before the next attempt; if there is to be none, raise why the way ends here."""
        pause = policy.pause(failures)
        if pause is None or self.clock.monotonic() + pause >= way.ends:
            raise failures[-1]
        await self.clock.sleep(pause)


def _last(work: Assignment, route: Route, *, begins: float) -> Way:
    ends = work.deadline.moment
    return Way(route=route, begins=begins, ends=ends, cut=work.end, starts=MAX_STARTS)
