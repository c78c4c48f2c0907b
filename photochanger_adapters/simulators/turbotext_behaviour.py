"""What the Turbotext stand-in is told to do."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen
from attrs.converters import optional

from .behaviour import BaseBehaviour
from .turbotext_faults import FAULTS, STAGES, URL_ELSEWHERE, Stage


@frozen(kw_only=True)
class Behaviour(BaseBehaviour):
    """What becomes of an order: `delay_seconds` is how long its result is not ready.

    Attributes:
        stage: Where it goes wrong; None: at the first stage where the fault can happen.
        url: What the result names if the fault is `url_elsewhere`.
    """

    faults: ClassVar[frozenset[str]] = FAULTS

    stage: Stage | None = field(default=None, converter=optional(Stage))
    url: str | None = None

    def __attrs_post_init__(self) -> None:
        """Check what depends on each other.

        Raises:
            ValueError: If the fault cannot happen at that stage, or wants a URL.
        """
        if self.fault is None:
            return
        if self.stage not in (None, *STAGES[self.fault]):
            raise ValueError(f"{self.fault} happens at: {', '.join(STAGES[self.fault])}")
        if self.fault == URL_ELSEWHERE and not self.url:
            raise ValueError(f"{self.fault} wants a url")

    def fault_at(self, stage: Stage) -> str | None:
        """Return what goes wrong at *stage*, if anything does."""
        if self.fault is None or stage is not (self.stage or STAGES[self.fault][0]):
            return None
        return self.fault
