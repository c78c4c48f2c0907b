"""What a stand-in knows while it runs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Generic, TypeVar

import cattrs
from attrs import define, evolve, field

from .behaviour import BaseBehaviour

B = TypeVar("B", bound=BaseBehaviour)
S = TypeVar("S")

REMEMBERED = 1_000
"""Calls that are kept for reading; older ones are forgotten."""


@define
class SimulatorState(Generic[B, S]):
    """What a stand-in is told to do, and what it has seen.

    Attributes:
        api_key: The key that is right.
        standing: How calls are answered when nothing else is ordered.
        ordered: How the next calls are answered.
        calls: How many calls kept all rules.
        received: The last `REMEMBERED` of them, oldest first.
        refused: How many calls broke a rule.
        open_calls: How many calls are being answered now.
    """

    api_key: str = field(repr=False)
    standing: B
    ordered: deque[B] = field(factory=deque, init=False)
    received: deque[S] = field(factory=lambda: deque(maxlen=REMEMBERED), init=False)
    calls: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    open_calls: int = field(default=0, init=False)
    _chances: Random = field(factory=lambda: Random(0), init=False)  # noqa: S311 - no secrets

    def behave(self, behaviour: B) -> None:
        """Behave so: for some calls, after those already ordered, or from now on for all."""
        if behaviour.seed is not None:
            self._chances.seed(behaviour.seed)
        if behaviour.times is None:
            self.ordered.clear()
            self.standing = behaviour
        else:
            self.ordered.extend([behaviour] * behaviour.times)

    def next_behaviour(self) -> B:
        """Return, and use up, how the next call is answered."""
        behaviour = self.ordered.popleft() if self.ordered else self.standing
        goes_wrong = self._chances.random() < behaviour.share
        return behaviour if goes_wrong else evolve(behaviour, fault=None)

    def note(self, seen: S) -> None:
        """Remember a call that kept all rules."""
        self.calls += 1
        self.received.append(seen)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count a call as open until the block ends."""
        self.open_calls += 1
        try:
            yield
        finally:
            self.open_calls -= 1

    def report(self) -> dict[str, object]:
        """Return what came, as JSON can hold it."""
        received = cattrs.unstructure(list(self.received))
        return {"calls": self.calls, "refused": self.refused, "received": received}
