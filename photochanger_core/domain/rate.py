"""How fast somebody may do something: token buckets."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from attrs import define, field, frozen

MAX_BUCKETS: Final = 10_000
"""Buckets kept at most; the one not used for longest goes first, and would be full again."""

_ROUNDING: Final = 1e-6
"""Seconds that do not count: without them, who waits exactly as told might have to wait again."""


@frozen(kw_only=True)
class Rate:
    """*burst* at once, and *per_second* for long.

    Attributes:
        debt: Tokens that may be owed, where some are taken that are not there.
    """

    per_second: float
    burst: int
    debt: int = 0


@define
class Buckets:
    """Token buckets, one a key. Time is given, in seconds on the monotonic clock."""

    _full_at: dict[Hashable, float] = field(factory=dict, init=False)

    def wait(self, key: Hashable, rate: Rate, now: float) -> float:
        """Return the seconds until *key* may take a token; 0: at once. Takes none."""
        enough_at = self._full_at.get(key, now) - (rate.burst - 1) / rate.per_second
        return enough_at - now if enough_at - now > _ROUNDING else 0.0

    def take(self, key: Hashable, rate: Rate, now: float) -> None:
        """Take a token of *key*, whether there is one or not."""
        full_at = max(self._full_at.pop(key, now), now) + 1 / rate.per_second
        self._full_at[key] = min(full_at, now + (rate.burst + rate.debt) / rate.per_second)
        while len(self._full_at) > MAX_BUCKETS:
            del self._full_at[next(iter(self._full_at))]
