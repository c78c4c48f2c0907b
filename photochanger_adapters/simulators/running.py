"""A stand-in as those see it who run it in their own process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from attrs import frozen

from .state import S, SimulatorState

State = TypeVar("State", bound=SimulatorState[Any, Any])


@frozen
class RunningSimulator(Generic[State, S]):
    """A stand-in that runs in this process.

    Attributes:
        url: What to use as base URL.
    """

    url: str
    _state: State

    @property
    def calls(self) -> int:
        """How many calls kept all rules."""
        return self._state.calls

    @property
    def received(self) -> Sequence[S]:
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
