"""What a provider may do with a photo, and what that means for asking again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Final

from attrs import frozen

from photochanger_core.domain.errors import (
    FailureReason,
    PayloadTooLarge,
    ProviderBadResponse,
    ProviderMisconfigured,
    ProviderNoPicture,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ProviderUnreachable,
    reason_of,
)

from .forms import PNG


class Kind(Enum):
    """What an outcome means for asking again.

    Attributes:
        PASSING: It may be over the next moment.
        AMBIGUOUS: The photo may be worked on, and charged for.
        FINAL: Asking this one again is of no use.
        BUG: The job ends at once.
    """

    GOOD = auto()
    NO_PICTURE = auto()
    PASSING = auto()
    AMBIGUOUS = auto()
    FINAL = auto()
    BUG = auto()


Outcome = Callable[[], bytes | Exception | None]

_A_PICTURE: Final = PNG + b"a picture"

_OUTCOMES: Final[Mapping[str, tuple[Kind, Outcome]]] = {
    "changed": (Kind.GOOD, lambda: None),
    "png": (Kind.GOOD, lambda: _A_PICTURE),
    "broken": (Kind.NO_PICTURE, lambda: PNG + b"broken"),
    "flat": (Kind.NO_PICTURE, lambda: PNG + b"flat"),
    "turned": (Kind.NO_PICTURE, lambda: PNG + b"turned"),
    "no picture": (Kind.NO_PICTURE, lambda: ProviderNoPicture("NO_IMAGE")),
    "5xx": (Kind.PASSING, lambda: ProviderServerError("overloaded")),
    "5xx for 2 s": (Kind.PASSING, lambda: ProviderServerError("overloaded", retry_after=2.0)),
    "quota for 3 s": (Kind.PASSING, lambda: ProviderQuota("used up", retry_after=3.0)),
    "quota for 90 s": (Kind.PASSING, lambda: ProviderQuota("used up", retry_after=90.0)),
    "network": (Kind.PASSING, lambda: ProviderUnreachable("refused")),
    "network lost": (
        Kind.AMBIGUOUS,
        lambda: ProviderUnreachable("reset", may_have_begun=True),
    ),
    "bad": (Kind.FINAL, lambda: ProviderBadResponse("half an answer")),
    "refused": (Kind.FINAL, lambda: ProviderRefused("policy")),
    "misconfigured": (Kind.FINAL, lambda: ProviderMisconfigured("no such model")),
    "too large": (Kind.FINAL, lambda: PayloadTooLarge("20 MB")),
    "bug": (Kind.BUG, lambda: KeyError("a bug")),
}

OUTCOMES: Final = tuple(_OUTCOMES)
GOOD: Final = frozenset(name for name, (kind, _) in _OUTCOMES.items() if kind is Kind.GOOD)
RETRY_AFTER: Final = {"5xx for 2 s": 2.0, "quota for 3 s": 3.0, "quota for 90 s": 90.0}


@frozen
class Deed:
    """What a provider does with one order: it takes *seconds*, then comes *outcome*."""

    seconds: float = 0.0
    outcome: str = "changed"

    @property
    def kind(self) -> Kind:
        """What the outcome means for asking again."""
        return _OUTCOMES[self.outcome][0]

    @property
    def reason(self) -> FailureReason | None:
        """Why there is no picture, if there is none."""
        if self.kind is Kind.GOOD:
            return None
        outcome = self.result()
        return reason_of(outcome) if isinstance(outcome, Exception) else FailureReason.BAD_RESPONSE

    def result(self) -> bytes | Exception | None:
        """Return a picture's bytes, the error to raise, or None for the changed photo."""
        return _OUTCOMES[self.outcome][1]()
