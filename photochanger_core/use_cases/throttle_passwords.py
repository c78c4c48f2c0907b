"""Slow down whoever tries ingest passwords."""

from __future__ import annotations

from typing import Final

from attrs import define, field

from photochanger_core.domain.errors import Throttled
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.rate import Buckets, Rate
from photochanger_core.ports.clock import ClockPort

WRONG_PASSWORDS: Final = Rate(per_second=0.1, burst=10, debt=5)
"""Ten at once, then one every ten seconds: a booth set right is back soon.

Tries that come all together may be more than ten; they are owed, for a minute at most.
"""


@define(kw_only=True)
class ThrottlePasswords:
    """Slow down whoever tries ingest passwords.

    Counted by address and slot, so that a booth with a wrong password does not lock out others
    behind the same address. Each server counts by itself.
    """

    clock: ClockPort
    _buckets: Buckets = field(factory=Buckets, init=False)

    def check(self, address: str, slot_id: SlotId) -> None:
        """Return if *address* may try a password for a slot.

        Raises:
            Throttled: If there have been too many wrong ones.
        """
        now = self.clock.monotonic()
        wait = self._buckets.wait((address, slot_id), WRONG_PASSWORDS, now)
        if wait > 0:
            raise Throttled(retry_after=wait)

    def was_wrong(self, address: str, slot_id: SlotId) -> None:
        """Take note of a wrong password."""
        self._buckets.take((address, slot_id), WRONG_PASSWORDS, self.clock.monotonic())
