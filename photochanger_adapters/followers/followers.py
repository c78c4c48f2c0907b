"""Those in this process who follow what changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Final, Self

from attrs import define, field

from photochanger_core.domain.changes import Change, Missed

MOST_WAITING: Final = 256
"""Changes that wait for one follower at most."""


@define(eq=False)
class _Follower(AsyncIterator[Change]):
    _waiting: asyncio.Queue[Change] = field(factory=lambda: asyncio.Queue(MOST_WAITING), init=False)
    _is_behind: bool = field(default=False, init=False)
    """Whether `Missed` waits: whoever takes it reads everything anew, and needs nothing else."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        change = await self._waiting.get()
        self._is_behind = False
        return change

    def tell(self, change: Change) -> None:
        if self._is_behind:
            return
        if isinstance(change, Missed) or self._waiting.full():
            self._fall_behind()
        else:
            self._waiting.put_nowait(change)

    def _fall_behind(self) -> None:
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(Missed())
        self._is_behind = True


@define(eq=False)
class Followers:
    """Those in this process who follow what changes, each at its own pace."""

    _all: set[_Follower] = field(factory=set, init=False)

    @contextmanager
    def follow(self) -> Iterator[AsyncIterator[Change]]:
        """Be one of them while inside, as `ChangesPort.follow` has it."""
        follower = _Follower()
        follower.tell(Missed())
        self._all.add(follower)
        try:
            yield follower
        finally:
            self._all.discard(follower)

    def tell(self, change: Change) -> None:
        """Tell all of them, without waiting for any."""
        for follower in self._all:
            follower.tell(change)
