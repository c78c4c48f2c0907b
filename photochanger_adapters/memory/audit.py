"""The record in a list."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, evolve, field

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import ABOUT_ACCOUNTS, AuditEntry
from photochanger_core.ports.audit import AuditFilter, AuditPort

from .storable import storable, storable_json


@define
class MemoryAudit(AuditPort):
    """The record in a list.

    Attributes:
        entries: All of them, oldest first.
    """

    entries: list[AuditEntry] = field(factory=list, init=False)

    async def note(self, entry: AuditEntry) -> None:
        last = self.entries[-1].number if self.entries else None
        self.entries.append(
            evolve(
                entry,
                number=(last or 0) + 1,
                actor=_storable(entry.actor),
                subject=storable(entry.subject),
                details=storable_json(dict(entry.details)),
            )
        )

    async def read(self, wanted: AuditFilter, limit: int) -> Sequence[AuditEntry]:
        return [entry for entry in reversed(self.entries) if _is_wanted(entry, wanted)][:limit]


def _storable(actor: Actor) -> Actor:
    address = None if actor.address is None else storable(actor.address)
    return Actor(name=storable(actor.name), address=address)


def _is_wanted(entry: AuditEntry, wanted: AuditFilter) -> bool:
    number = entry.number or 0
    return (
        (wanted.slot_id is None or _is_about(entry, storable(wanted.slot_id)))
        and (wanted.subject is None or storable(wanted.subject) == entry.subject)
        and (wanted.actor is None or storable(wanted.actor) == entry.actor.name)
        and (wanted.before is None or number < wanted.before)
    )


def _is_about(entry: AuditEntry, slot: str) -> bool:
    names_it = slot in (entry.subject, entry.details.get("slot_id"))
    return names_it and entry.action not in ABOUT_ACCOUNTS
