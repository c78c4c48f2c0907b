"""A slot: one of fifteen fixed configurations a booth sends photos to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from attrs import field, frozen

from .checks import Check, flag, optional, text, whole
from .ids import SlotId

MEGABYTE: Final = 1024 * 1024

SYNC_WINDOW: Final = whole(10, 60)
"""Seconds a sync window may have."""


@frozen(kw_only=True)
class Slot:
    """What happens to a photo sent to `slot_id`.

    Attributes:
        settings: What the provider's driver needs for the operation; its driver checks them.
        version: Grows by one with every change.
        size_limit_mb: Largest photo, in MiB.
        sync_response_seconds: Sync window of this slot; None: the one of the settings.
        ingest_password_hash: The slot's own password; None: the one of the settings.
        ingest_password_required: Whether a booth must send a password at all.
    """

    slot_id: SlotId
    display_name: str
    provider: str
    operation: str
    settings: Mapping[str, object] = field(factory=dict)
    is_active: bool = False
    size_limit_mb: int = 15
    sync_response_seconds: int | None = None
    ingest_password_hash: str | None = field(default=None, repr=False)
    ingest_password_required: bool = True
    version: int = 1
    updated_at: datetime
    updated_by: str

    @property
    def size_limit(self) -> int:
        """Largest photo, in bytes."""
        return self.size_limit_mb * MEGABYTE


SLOT_CHECKS: Final[Mapping[str, Check]] = {
    "display_name": text(80),
    "provider": text(40),
    "operation": text(40),
    "is_active": flag,
    "size_limit_mb": whole(1, 20),
    "sync_response_seconds": optional(SYNC_WINDOW),
    "ingest_password_required": flag,
}
"""What the fields of a slot that are set as they are may be."""
