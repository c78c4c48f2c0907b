"""What happens to changes that somebody else was quicker than."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from contextlib import AsyncExitStack, suppress
from typing import Final, TypeVar

from attrs import frozen

from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import QueueUnavailable, VersionConflict
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.runs import RunsPort

Versions = Collection[int] | None
"""The versions of something that a change is meant for; None: whichever there is."""

TRIES: Final = 32
"""How often a change is tried that is meant for whichever version there is.

Only other processes, and whoever has named a version, can be quicker than one that has its turn:
each time one of them has succeeded, and they are few.
"""

PATIENCE: Final = 10.0
"""Seconds to wait for the others: hundreds are through by then, unless nothing answers any more."""

Changed = TypeVar("Changed")


def check_version(version: int, versions: Versions) -> None:
    """Return if a change that is meant for *versions* may be made at *version*.

    Raises:
        VersionConflict: If it may not, saying which version there is.
    """
    if versions is not None and version not in versions:
        raise VersionConflict(version)


@frozen(kw_only=True)
class OneByOne:
    """Makes changes of one kind of thing that are meant for whichever version there is.

    Those of this process are made one after the other, in the order in which they have come.

    Attributes:
        what: Is changed.
    """

    what: str
    runs: RunsPort
    clock: ClockPort

    async def __call__(
        self, change: Callable[[], Awaitable[Changed]], versions: Versions
    ) -> Changed:
        """Make a change that is meant for *versions*.

        Args:
            change: Reads what there is, and puts what follows from it in its place.
            versions: None: whoever has named none overwrites nothing unseen, as the change is made
                anew of what somebody else has just saved.

        Raises:
            VersionConflict: If somebody else was quicker; without *versions*, other processes
                `TRIES` times in a row.
            QueueUnavailable: If those before it are not through after `PATIENCE`.
        """
        if versions is not None:
            return await change()
        async with AsyncExitStack() as turn:
            await self._wait_for(turn)
            return await _made_anew(change)

    async def _wait_for(self, turn: AsyncExitStack) -> None:
        try:
            async with self.clock.until(self.clock.monotonic() + PATIENCE):
                await turn.enter_async_context(self.runs.alone(self.what))
        except DeadlinePassed:
            raise QueueUnavailable("other changes take too long") from None


async def _made_anew(change: Callable[[], Awaitable[Changed]]) -> Changed:
    for _ in range(TRIES - 1):
        with suppress(VersionConflict):
            return await change()
    return await change()
