"""What the Gemini stand-in is told to do, and what it has seen."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from .behaviour import BaseBehaviour
from .gemini_faults import FAULTS
from .gemini_seen import Seen
from .state import SimulatorState


@frozen(kw_only=True)
class Behaviour(BaseBehaviour):
    """How calls are answered."""

    faults: ClassVar[frozenset[str]] = FAULTS


GeminiState = SimulatorState[Behaviour, Seen]
