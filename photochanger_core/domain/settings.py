"""What an administrator sets for all slots."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from .checks import Check, one_of, whole
from .moments import aware
from .rate import Rate
from .slot import DEDUPE_WINDOW, SYNC_WINDOW, Slot

_MAX_JOBS: Final = 1000


class HashPolicy(StrEnum):
    """What is done about a booth's `hash` that does not fit its photo.

    Nobody knows what booths compute it of, so by default it is only told.
    """

    WARN = "warn"
    STRICT = "strict"
    OFF = "off"


@frozen(kw_only=True)
class Settings:
    """What an administrator sets for all slots.

    Attributes:
        sync_response_seconds: The sync window, 10–60 s.
        result_ttl_hours: How long results are kept, 1–168 h.
        max_in_flight_jobs: Jobs in flight at once, over all slots and servers.
        slot_max_in_flight: Jobs in flight at once in one slot.
        provider_concurrency: Photos that one provider works on at once, over all servers.
        dedupe_seconds: How long the same photo leads to the same job; 0: it never does.
        request_rate: Requests a second that one address may make for long, of each kind:
            photos, public pages, administration. All guests of a venue may share one address.
        request_burst: Requests it may make at once.
        gallery_limit: Pictures that a gallery shows.
        ingest_password_hash: What booths' passwords are compared with; None: not set, nobody
            gets in where a password is required.
    """

    sync_response_seconds: int = 48
    result_ttl_hours: int = 72
    max_in_flight_jobs: int = 12
    slot_max_in_flight: int = 4
    provider_concurrency: int = 8
    dedupe_seconds: int = 600
    request_rate: int = 300
    request_burst: int = 2000
    hash_policy: HashPolicy = field(default=HashPolicy.WARN, converter=HashPolicy)
    gallery_limit: int = 10
    ingest_password_hash: str | None = field(default=None, repr=False)

    @property
    def result_ttl(self) -> timedelta:
        """How long results are kept."""
        return timedelta(hours=self.result_ttl_hours)

    def window(self, slot: Slot) -> int:
        """Return the sync window of *slot*, in seconds."""
        return slot.sync_response_seconds or self.sync_response_seconds

    def dedupe_window(self, slot: Slot) -> timedelta:
        """Return how long the same photo to *slot* leads to the same job."""
        seconds = self.dedupe_seconds if slot.dedupe_seconds is None else slot.dedupe_seconds
        return timedelta(seconds=seconds)

    @property
    def rate(self) -> Rate:
        """How fast one address may make requests of one kind."""
        return Rate(per_second=self.request_rate, burst=self.request_burst)

    def password_hash(self, slot: Slot) -> str | None:
        """Return the hash that passwords sent to *slot* are compared with."""
        return slot.ingest_password_hash or self.ingest_password_hash


@frozen(kw_only=True)
class StoredSettings:
    """The settings as they are kept, with when and by whom they were changed last.

    Attributes:
        version: Grows with every change of a setting or of a provider's key; 0: there was none.
        password_rotated_at: When the ingest password was set.
        password_rotated_by: By whom.
    """

    settings: Settings
    version: int = 0
    updated_at: datetime | None = field(default=None, validator=aware)
    updated_by: str | None = None
    password_rotated_at: datetime | None = field(default=None, validator=aware)
    password_rotated_by: str | None = None


SETTINGS_CHECKS: Final[Mapping[str, Check]] = {
    "sync_response_seconds": SYNC_WINDOW,
    "result_ttl_hours": whole(1, 168),
    "max_in_flight_jobs": whole(1, _MAX_JOBS),
    "slot_max_in_flight": whole(1, _MAX_JOBS),
    "provider_concurrency": whole(1, _MAX_JOBS),
    "dedupe_seconds": DEDUPE_WINDOW,
    "request_rate": whole(1, 10_000),
    "request_burst": whole(1, 10_000),
    "hash_policy": one_of(HashPolicy),
    "gallery_limit": whole(1, 100),
}
"""What the settings that are set as they are may be."""
