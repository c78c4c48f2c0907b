"""A local stand-in for the Gemini API: `generateContent` and the look-up of models.

It checks requests as strictly as the real service, answers with a visibly changed photo, and
misbehaves on request: in process through `GeminiSimulator.behave`, from outside through
`PUT /_simulator/behaviour` with the fields of `Behaviour`, several of them with `times` making a
sequence; `GET /_simulator/received` tells how many calls came, and what was in them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from attrs import frozen

from .gemini_app import STATE, create_gemini_simulator
from .gemini_seen import Seen
from .gemini_state import Behaviour, SimulatorState

__all__ = ["Behaviour", "GeminiSimulator", "create_gemini_simulator", "running_gemini_simulator"]


@frozen
class GeminiSimulator:
    """A stand-in that runs in this process.

    Attributes:
        url: What to use as base URL.
    """

    url: str
    _state: SimulatorState

    @property
    def calls(self) -> int:
        """How many calls kept all rules."""
        return self._state.calls

    @property
    def received(self) -> Sequence[Seen]:
        """The last of those calls, oldest first."""
        return tuple(self._state.received)

    @property
    def refused(self) -> int:
        """How many calls broke a rule."""
        return self._state.refused

    @property
    def open_calls(self) -> int:
        """How many calls are being answered now."""
        return self._state.open_calls

    def behave(
        self,
        fault: str | None = None,
        *,
        delay_seconds: float = 0.0,
        share: float = 1.0,
        seed: int | None = None,
        times: int | None = None,
    ) -> None:
        """Answer as `Behaviour` says; without arguments: rightly, from now on."""
        behaviour = Behaviour(
            fault=fault, delay_seconds=delay_seconds, share=share, seed=seed, times=times
        )
        self._state.behave(behaviour)


@asynccontextmanager
async def running_gemini_simulator(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    api_key: str = "simulated-key",
    behaviour: Behaviour | None = None,
) -> AsyncIterator[GeminiSimulator]:
    """Run the stand-in until the block ends; port 0: any free one."""
    app = create_gemini_simulator(api_key, behaviour)
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield GeminiSimulator(f"http://{host}:{runner.addresses[0][1]}", app[STATE])
    finally:
        await runner.cleanup()
