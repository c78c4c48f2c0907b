"""What the Gemini stand-in is told to do, and what it has seen."""

from __future__ import annotations

from collections import deque
from random import Random
from typing import Any

from attrs import Attribute, define, evolve, field, frozen
from attrs.validators import ge, le, optional

from .gemini_faults import FAULTS
from .gemini_rules import Accepted
from .gemini_seen import Seen

REMEMBERED = 1_000
"""Calls that are kept for reading; older ones are forgotten."""


def _known(_: object, __: Attribute[Any], value: str | None) -> None:
    if value is not None and value not in FAULTS:
        raise ValueError(f"no such fault: {value}; there are {', '.join(sorted(FAULTS))}")


@frozen(kw_only=True)
class Behaviour:
    """How calls are answered.

    Attributes:
        delay_seconds: Wait before the answer, right or wrong.
        fault: The name of what goes wrong; None: nothing does.
        share: Of the calls, from 0 to 1, that go wrong, at random.
        seed: Begins the chances anew, always the same way; None: they go on.
        times: For so many calls; None: until told otherwise.
    """

    delay_seconds: float = field(default=0.0, validator=ge(0))
    fault: str | None = field(default=None, validator=_known)
    share: float = field(default=1.0, validator=[ge(0), le(1)])
    seed: int | None = None
    times: int | None = field(default=None, validator=optional(ge(1)))


@define
class SimulatorState:
    """What a stand-in knows while it runs.

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
    standing: Behaviour
    ordered: deque[Behaviour] = field(factory=deque, init=False)
    received: deque[Seen] = field(factory=lambda: deque(maxlen=REMEMBERED), init=False)
    calls: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    open_calls: int = field(default=0, init=False)
    _chances: Random = field(factory=lambda: Random(0), init=False)  # noqa: S311 - no secrets

    def behave(self, behaviour: Behaviour) -> None:
        """Behave so: for some calls, after those already ordered, or from now on for all."""
        if behaviour.seed is not None:
            self._chances.seed(behaviour.seed)
        if behaviour.times is None:
            self.ordered.clear()
            self.standing = behaviour
        else:
            self.ordered.extend([behaviour] * behaviour.times)

    def next_behaviour(self) -> Behaviour:
        """Return, and use up, how the next call is answered."""
        behaviour = self.ordered.popleft() if self.ordered else self.standing
        goes_wrong = self._chances.random() < behaviour.share
        return behaviour if goes_wrong else evolve(behaviour, fault=None)

    def note(self, asked: Accepted, fault: str | None) -> None:
        """Remember a call that kept all rules."""
        self.calls += 1
        self.received.append(Seen.of(asked, fault))
