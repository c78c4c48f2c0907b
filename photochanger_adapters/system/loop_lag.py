"""How late the event loop is."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Final, Self

from photochanger_core.domain.service_state import Strain
from photochanger_core.ports.load import LoadPort

_EVERY: Final = 0.25
_REMEMBERED: Final = round(60 / _EVERY)


class LoopLag(LoadPort):
    """Sets itself a timer again and again, and remembers for a minute by how much it was late.

    To be used as a context manager, on the loop that it is about.
    """

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=_REMEMBERED)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch(), name="loop lag")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def now(self) -> Mapping[Strain, float]:
        return {Strain.LOOP_LAG_SECONDS: max(self._late, default=0.0)}

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _EVERY
            await asyncio.sleep(_EVERY)
            self._late.append(max(0.0, loop.time() - due))
