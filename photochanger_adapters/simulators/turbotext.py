"""A local stand-in for the Turbotext API: its queue, its methods and the pictures it makes.

It checks forms strictly, fetches every picture it is told of by its URL, answers with a visibly
changed photo, and misbehaves on request: in process through `TurbotextSimulator.behave`, from
outside through `PUT /_simulator/behaviour` with the fields of `Behaviour`, several of them with
`times` making a sequence, one for each order; `GET /_simulator/received` tells how many orders
came, and what was in them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .application import served
from .running import RunningSimulator
from .turbotext_app import STATE, TurbotextState, create_turbotext_simulator
from .turbotext_behaviour import Behaviour
from .turbotext_faults import Stage
from .turbotext_queue import Seen

__all__ = [
    "Behaviour",
    "Stage",
    "TurbotextSimulator",
    "create_turbotext_simulator",
    "running_turbotext_simulator",
]


class TurbotextSimulator(RunningSimulator[TurbotextState, Seen]):
    """A stand-in for Turbotext that runs in this process. Its calls are orders."""

    @property
    def polls(self) -> int:
        """How often somebody asked after an entry of the queue."""
        return self._state.polls

    def behave(
        self,
        fault: str | None = None,
        *,
        stage: str | None = None,
        url: str | None = None,
        delay_seconds: float = 0.0,
        share: float = 1.0,
        seed: int | None = None,
        times: int | None = None,
    ) -> None:
        """Treat orders as `Behaviour` says; without arguments: rightly, from now on."""
        behaviour = Behaviour(
            fault=fault,
            stage=stage,
            url=url,
            delay_seconds=delay_seconds,
            share=share,
            seed=seed,
            times=times,
        )
        self._state.behave(behaviour)


@asynccontextmanager
async def running_turbotext_simulator(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    api_key: str = "simulated-key",
    behaviour: Behaviour | None = None,
) -> AsyncIterator[TurbotextSimulator]:
    """Run the stand-in until the block ends; port 0: any free one."""
    app = create_turbotext_simulator(api_key, behaviour)
    async with served(app, host, port) as url:
        yield TurbotextSimulator(url, app[STATE])
