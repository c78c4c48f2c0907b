"""Let administrators look on while things change."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, Self

from attrs import define, field

from photochanger_core.domain.changes import Change
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import (
    AccountsUnavailable,
    Forbidden,
    QueueUnavailable,
    RateLimited,
    Unauthorized,
)
from photochanger_core.ports.changes import ChangesPort
from photochanger_core.ports.clock import ClockPort

HEARTBEAT: Final = 15.0
"""Seconds between signs of life, and between looks whether somebody may still look on."""

MOST_WATCHING: Final = 64
"""Who may look on at once: each holds a connection."""

MOST_A_SECOND: Final = 50
"""Changes that one of them sees in a second, so that a flood leaves time for photos."""


@define(eq=False, kw_only=True)
class Watch(AsyncIterator[Change | None]):
    """What somebody sees who looks on: changes, and None every `HEARTBEAT` whatever happens.

    Ends when they may not look on any more. That they may cannot be asked while the database is
    away; nothing is to be seen then either. Of changes that come faster than `MOST_A_SECOND` some
    wait, as `ChangesPort` has it: in a flood most of what is to be seen is that some were missed.
    """

    _changes: AsyncIterator[Change]
    _clock: ClockPort
    _check: Callable[[], Awaitable[object]]
    _beat: float = field(init=False)
    _seen: deque[float] = field(factory=lambda: deque(maxlen=MOST_A_SECOND), init=False)

    def __attrs_post_init__(self) -> None:
        self._beat = self._clock.monotonic() + HEARTBEAT

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change | None:
        if self._clock.monotonic() < self._beat:  # also if there is always something to tell
            with suppress(DeadlinePassed):
                async with self._clock.until(self._beat):
                    return await self._next()
        self._beat = self._clock.monotonic() + HEARTBEAT
        if not await self._may_go_on():
            raise StopAsyncIteration
        return None

    async def _next(self) -> Change:
        if len(self._seen) == MOST_A_SECOND:
            await self._clock.sleep(max(0.0, self._seen[0] + 1 - self._clock.monotonic()))
        change = await anext(self._changes)
        self._seen.append(self._clock.monotonic())
        return change

    async def _may_go_on(self) -> bool:
        try:
            await self._check()
        except (Unauthorized, Forbidden, AccountsUnavailable):
            return False
        except QueueUnavailable:
            return True
        return True


@define(kw_only=True)
class WatchChanges:
    """Let administrators look on while things change. Each server counts its own."""

    changes: ChangesPort
    clock: ClockPort
    _watching: int = field(default=0, init=False)

    @contextmanager
    def __call__(self, check: Callable[[], Awaitable[object]]) -> Iterator[Watch]:
        """Look on while inside.

        Args:
            check: Raises Unauthorized or Forbidden when whoever looks on may not any more.

        Raises:
            RateLimited: If `MOST_WATCHING` do.
        """
        if self._watching >= MOST_WATCHING:
            raise RateLimited("too many look on", retry_after=HEARTBEAT)
        self._watching += 1
        try:
            with self.changes.follow() as changes:
                yield Watch(changes=changes, clock=self.clock, check=check)
        finally:
            self._watching -= 1
