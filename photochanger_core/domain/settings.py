"""What an administrator sets for all slots."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from attrs import field, frozen

from .checks import Check, whole
from .slot import SYNC_WINDOW, Slot

_MAX_JOBS: Final = 1000


@frozen(kw_only=True)
class Settings:
    """What an administrator sets for all slots.

    Attributes:
        sync_response_seconds: The sync window, 10–60 s.
        result_ttl_hours: How long results are kept, 1–168 h.
        max_in_flight_jobs: Jobs in flight at once, over all slots and servers.
        slot_max_in_flight: Jobs in flight at once in one slot.
        ingest_password_hash: What booths' passwords are compared with; None: not set, nobody
            gets in where a password is required.
    """

    sync_response_seconds: int = 48
    result_ttl_hours: int = 72
    max_in_flight_jobs: int = 12
    slot_max_in_flight: int = 4
    ingest_password_hash: str | None = field(default=None, repr=False)

    @property
    def result_ttl(self) -> timedelta:
        """How long results are kept."""
        return timedelta(hours=self.result_ttl_hours)

    def window(self, slot: Slot) -> int:
        """Return the sync window of *slot*, in seconds."""
        return slot.sync_response_seconds or self.sync_response_seconds

    def password_hash(self, slot: Slot) -> str | None:
        """Return the hash that passwords sent to *slot* are compared with."""
        return slot.ingest_password_hash or self.ingest_password_hash


SETTINGS_CHECKS: Final[Mapping[str, Check]] = {
    "sync_response_seconds": SYNC_WINDOW,
    "result_ttl_hours": whole(1, 168),
    "max_in_flight_jobs": whole(1, _MAX_JOBS),
    "slot_max_in_flight": whole(1, _MAX_JOBS),
}
"""What the settings that are set as they are may be."""
