"""The record of what administrators did."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from photochanger_core.domain.audit import AuditEntry


@frozen(kw_only=True)
class AuditFilter:
    """Which entries are asked for; what is None excludes none.

    Attributes:
        slot_id: Only entries about this slot: it is their subject, or named in their details.
            Those about accounts are about no slot.
        before: Only entries with smaller numbers: the next page.
    """

    slot_id: str | None = None
    subject: str | None = None
    actor: str | None = None
    before: int | None = None


class AuditPort(Protocol):
    """The record of what administrators did. Raises QueueUnavailable if it does not answer."""

    @abstractmethod
    async def note(self, entry: AuditEntry) -> None:
        """Keep *entry* under the next number; NUL and half characters become U+FFFD."""

    @abstractmethod
    async def read(self, wanted: AuditFilter, limit: int) -> Sequence[AuditEntry]:
        """Return up to *limit* entries, the youngest first."""
