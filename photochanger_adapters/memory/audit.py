"""The record in a list."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, evolve, field

from photochanger_core.domain.audit import AuditEntry
from photochanger_core.ports.audit import AuditFilter, AuditPort


@define
class MemoryAudit(AuditPort):
    """The record in a list.

    Attributes:
        entries: All of them, oldest first.
    """

    entries: list[AuditEntry] = field(factory=list, init=False)

    async def note(self, entry: AuditEntry) -> None:
        self.entries.append(evolve(entry, number=len(self.entries) + 1))

    async def read(self, wanted: AuditFilter, limit: int) -> Sequence[AuditEntry]:
        return [entry for entry in reversed(self.entries) if _is_wanted(entry, wanted)][:limit]


def _is_wanted(entry: AuditEntry, wanted: AuditFilter) -> bool:
    number = entry.number or 0
    return (
        wanted.subject in (None, entry.subject)
        and wanted.actor in (None, entry.actor.name)
        and (wanted.before is None or number < wanted.before)
    )
