"""Show what administrators did."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from photochanger_core.domain.audit import AuditEntry
from photochanger_core.ports.audit import AuditFilter, AuditPort


@frozen(kw_only=True)
class AuditPage:
    """Some entries, the youngest first.

    Attributes:
        next_before: What the next page is asked for with; None: there is none.
    """

    entries: Sequence[AuditEntry]
    next_before: int | None


@frozen(kw_only=True)
class ReadAudit:
    """Show what administrators did, page by page."""

    audit: AuditPort

    async def __call__(self, wanted: AuditFilter, *, limit: int) -> AuditPage:
        """Return up to *limit* entries.

        Raises:
            QueueUnavailable: If they cannot be read.
        """
        found = await self.audit.read(wanted, limit + 1)
        entries = found[:limit]
        more = len(found) > limit
        return AuditPage(entries=entries, next_before=entries[-1].number if more else None)
