"""What the Gemini stand-in is told to do, and what it has seen."""

from __future__ import annotations

from collections import deque
from hashlib import sha256
from typing import Any

from attrs import Attribute, define, field, frozen
from attrs.validators import ge, optional

from .gemini_faults import FAULTS
from .gemini_rules import Accepted

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
        times: For so many calls; None: until told otherwise.
    """

    delay_seconds: float = field(default=0.0, validator=ge(0))
    fault: str | None = field(default=None, validator=_known)
    times: int | None = field(default=None, validator=optional(ge(1)))


@frozen(kw_only=True)
class SeenPicture:
    """A picture that came: what it is, not what it shows."""

    media_type: str
    size: int
    sha256: str


@frozen(kw_only=True)
class Seen:
    """A call that kept all rules. The first of its pictures is the photo.

    Attributes:
        body_size: Bytes of its JSON.
        fault: What went wrong with its answer, on purpose.
    """

    model: str
    prompt: str
    system_instruction: str
    pictures: tuple[SeenPicture, ...]
    aspect_ratio: str | None
    image_size: str | None
    body_size: int
    fault: str | None


@define
class SimulatorState:
    """What a stand-in knows while it runs.

    Attributes:
        api_key: The key that is right.
        standing: How calls are answered when nothing else is ordered.
        ordered: How the next calls are answered.
        received: The calls that kept all rules, oldest first.
        refused: How many calls broke a rule.
        open_calls: How many calls are being answered now.
    """

    api_key: str = field(repr=False)
    standing: Behaviour
    ordered: deque[Behaviour] = field(factory=deque, init=False)
    received: deque[Seen] = field(factory=lambda: deque(maxlen=REMEMBERED), init=False)
    refused: int = field(default=0, init=False)
    open_calls: int = field(default=0, init=False)

    def behave(self, behaviour: Behaviour) -> None:
        """Behave so: for some calls, after those already ordered, or from now on for all."""
        if behaviour.times is None:
            self.ordered.clear()
            self.standing = behaviour
        else:
            self.ordered.extend([behaviour] * behaviour.times)

    def next_behaviour(self) -> Behaviour:
        """Return, and use up, how the next call is answered."""
        return self.ordered.popleft() if self.ordered else self.standing

    def note(self, asked: Accepted, fault: str | None) -> None:
        """Remember a call that kept all rules."""
        pictures = tuple(
            SeenPicture(
                media_type=picture.media_type.value,
                size=len(picture.content),
                sha256=sha256(picture.content).hexdigest(),
            )
            for picture in asked.pictures
        )
        seen = Seen(
            model=asked.model,
            prompt=asked.prompt,
            system_instruction=asked.system_instruction,
            pictures=pictures,
            aspect_ratio=asked.aspect_ratio,
            image_size=asked.image_size,
            body_size=asked.body_size,
            fault=fault,
        )
        self.received.append(seen)
