"""A local stand-in for the Gemini API: `generateContent` and the look-up of models.

It checks requests as strictly as the real service, answers with a visibly changed photo, and
misbehaves on request: in process through `GeminiSimulator.behave`, from outside through
`PUT /_simulator/behaviour` with the fields of `Behaviour`, several of them with `times` making a
sequence; `GET /_simulator/received` tells how many calls came, and what was in them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .application import served
from .gemini_app import STATE, create_gemini_simulator
from .gemini_seen import Seen
from .gemini_state import Behaviour, GeminiState
from .running import RunningSimulator

__all__ = ["Behaviour", "GeminiSimulator", "create_gemini_simulator", "running_gemini_simulator"]


class GeminiSimulator(RunningSimulator[GeminiState, Seen]):
    """A stand-in for Gemini that runs in this process."""

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
    async with served(app, host, port) as url:
        yield GeminiSimulator(url, app[STATE])
