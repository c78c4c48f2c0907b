"""A sending under way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from attrs import frozen

from .sending import Sending
from .server import Answer


@frozen(kw_only=True, eq=False)
class Sent:
    """A sending, and what was going on as it began.

    Attributes:
        at: On the monotonic clock.
        calm: Whether nothing was wrong then.
        era: The ledger's.
        answer: None: it hung up, or its server was killed.
    """

    sending: Sending
    at: float
    calm: bool
    era: int
    answer: asyncio.Task[Answer]

    def is_alone(self, others: Iterable[Sent]) -> bool:
        """Whether no other sending has its photo, or its key."""
        return not any(self._meets(other.sending) for other in others if other is not self)

    def has_reused_key(self, others: Iterable[Sent]) -> bool:
        """Whether another photo was sent to the same slot with its key."""
        return any(
            self._shares_key(other.sending)
            and other.sending.photo_sha256 != self.sending.photo_sha256
            for other in others
        )

    def _meets(self, other: Sending) -> bool:
        return self._shares_key(other) or other.prepared_sha256 == self.sending.prepared_sha256

    def _shares_key(self, other: Sending) -> bool:
        mine = self.sending
        return mine.key is not None and (mine.slot, mine.key) == (other.slot, other.key)
