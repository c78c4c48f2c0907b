"""When a provider is asked again, and when not any more: the rules about money and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from .checks import Check, flag, whole
from .errors import (
    CoreError,
    ProviderFailure,
    ProviderNoPicture,
    ProviderQuota,
    ProviderServerError,
    ProviderUnreachable,
    SyncTimeout,
)

MAX_STARTS: Final = 6
"""Times a provider is asked for one photo, all providers together."""

LEAST_SECONDS: Final = 1.0
"""Nothing is started with less time left, however fast the provider."""


@frozen(kw_only=True)
class RetryPolicy:
    """How often a slot's provider is asked for one photo, and how soon again.

    Attributes:
        no_picture_tries: In all, where the provider answers but makes no usable picture.
        no_picture_pause_seconds: Between those.
        error_tries: In all, where the provider is overloaded, broken or cannot be reached.
        error_pause_seconds: Between those, unless the provider says how long to wait.
        after_ambiguous: Whether to ask again where the first try may be worked on and charged for.
    """

    no_picture_tries: int = 5
    no_picture_pause_seconds: int = 3
    error_tries: int = 3
    error_pause_seconds: int = 1
    after_ambiguous: bool = False

    def pause(self, failures: Sequence[CoreError]) -> float | None:
        """Return the seconds to wait before asking the same provider again; None: do not.

        Args:
            failures: What asking it has led to so far, at least once.
        """
        last = failures[-1]
        if isinstance(last, ProviderFailure) and last.is_final:
            return None
        if is_ambiguous(last) and not self.after_ambiguous:
            return None
        if isinstance(last, ProviderNoPicture):
            again = _count(failures, ProviderNoPicture) < self.no_picture_tries
            return self.no_picture_pause_seconds if again else None
        if isinstance(last, _PASSING) and _count(failures, _PASSING) < self.error_tries:
            return self.error_pause_seconds if last.retry_after is None else last.retry_after
        return None


def _count(
    failures: Sequence[CoreError], kinds: type[CoreError] | tuple[type[CoreError], ...]
) -> int:
    return sum(isinstance(failure, kinds) for failure in failures)


def as_policy(value: RetryPolicy | Mapping[str, Any]) -> RetryPolicy:
    """Return *value*, which `RETRY_CHECKS` allow, as a policy."""
    return RetryPolicy(**value) if isinstance(value, Mapping) else value


_PASSING: Final = (ProviderServerError, ProviderQuota, ProviderUnreachable, SyncTimeout)
"""Faults that may be over the next moment."""


def is_ambiguous(failure: CoreError) -> bool:
    """Whether the provider may be at work on the photo, and charge for it."""
    if isinstance(failure, ProviderUnreachable):
        return failure.may_have_begun
    return isinstance(failure, SyncTimeout)


def may_start(
    *, seconds_left: float, quick: float | None, window: float, least: float = LEAST_SECONDS
) -> bool:
    """Whether asking now can be expected to lead to a picture in time.

    Args:
        seconds_left: Until the provider's time is over.
        quick: Seconds that a quick answer of this provider took recently; None: unknown.
        window: The time that there was for this provider at first. Half of it is always worth
            a try, so that one that was slow for a while is found out to be quick again.
        least: Seconds that the operation takes at least.
    """
    return seconds_left >= max(least, min(quick or 0.0, window / 2))


RETRY_CHECKS: Final[Mapping[str, Check]] = {
    "no_picture_tries": whole(1, MAX_STARTS),
    "no_picture_pause_seconds": whole(0, 30),
    "error_tries": whole(1, MAX_STARTS),
    "error_pause_seconds": whole(0, 30),
    "after_ambiguous": flag,
}
"""What the fields of a policy may be."""
