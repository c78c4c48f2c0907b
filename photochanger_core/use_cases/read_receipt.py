"""Show that a guest's picture was deleted."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.errors import JobNotFound
from photochanger_core.domain.ids import job_id
from photochanger_core.ports.audit import AuditFilter, AuditPort

_MOST_ENTRIES: Final = 20
"""About one job. There are two or three."""


@frozen(kw_only=True)
class ReadReceipt:
    """Show that a guest's picture was deleted, as it is on record."""

    audit: AuditPort

    async def __call__(self, text: str) -> AuditEntry | None:
        """Return who deleted the picture of the job with the id *text* last; None: nobody did.

        Raises:
            QueueUnavailable: If that cannot be read.
        """
        try:
            about = AuditFilter(subject=job_id(text))
        except JobNotFound:
            return None
        entries = await self.audit.read(about, _MOST_ENTRIES)
        deleted = (one for one in entries if one.action is AuditAction.RESULT_DELETED)
        return next(deleted, None)
