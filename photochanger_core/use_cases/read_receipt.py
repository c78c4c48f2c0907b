"""Show that a guest's picture was deleted."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.ports.audit import AuditFilter, AuditPort

_MOST_ENTRIES: Final = 20
"""About one job. There are two or three."""


@frozen(kw_only=True)
class ReadReceipt:
    """Show that a guest's picture was deleted, as it is on record."""

    audit: AuditPort

    async def __call__(self, job_id: str) -> AuditEntry | None:
        """Return when and by whom the picture of a job was deleted last; None: nobody did.

        Raises:
            QueueUnavailable: If that cannot be read.
        """
        entries = await self.audit.read(AuditFilter(subject=job_id), _MOST_ENTRIES)
        deleted = (one for one in entries if one.action is AuditAction.RESULT_DELETED)
        return next(deleted, None)
