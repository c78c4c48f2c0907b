"""The record in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    and_,
    insert,
    literal,
    or_,
    select,
)

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import ABOUT_ACCOUNTS, AuditEntry
from photochanger_core.ports.audit import AuditFilter, AuditPort

from .columns import CODE
from .gateway import Gateway
from .session import Row
from .statements import Statement, given
from .tables import AUDIT

_SLOT: Final = given("slot_id", CODE)
_BEFORE: Final = given("before", BigInteger())


def _is(column: ColumnElement[Any]) -> ColumnElement[bool]:
    wanted = given(str(column.key), CODE)
    return or_(wanted.is_(None), column == wanted)


def _is_about_slot() -> ColumnElement[bool]:
    """Whether it was done to the slot, or its details name it, as an index has them."""
    is_about = or_(
        AUDIT.c.subject == _SLOT, AUDIT.c.details.op("->>")(literal("slot_id", Text())) == _SLOT
    )
    return or_(_SLOT.is_(None), and_(is_about, AUDIT.c.action.not_in(sorted(ABOUT_ACCOUNTS))))


_NOTE: Final = Statement.of(
    insert(AUDIT).values(
        {each: given(each.name, each.type) for each in AUDIT.c if each.key != "id"}
    )
)
READ: Final = Statement.of(
    select(AUDIT)
    .where(
        _is_about_slot(),
        _is(AUDIT.c.subject),
        _is(AUDIT.c.actor),
        or_(_BEFORE.is_(None), AUDIT.c.id < _BEFORE),
    )
    .order_by(AUDIT.c.id.desc())
    .limit(given("limit", Integer()))
)


@frozen
class PgAudit(AuditPort):
    """The record in `audit`; its numbers are those of the rows."""

    _gateway: Gateway

    async def note(self, entry: AuditEntry) -> None:
        await self._gateway.rows(
            _NOTE,
            at=entry.at,
            actor=entry.actor.name,
            address=entry.actor.address,
            action=entry.action,
            subject=entry.subject,
            details=dict(entry.details),
        )

    async def read(self, wanted: AuditFilter, limit: int) -> Sequence[AuditEntry]:
        rows = await self._gateway.rows(
            READ,
            slot_id=wanted.slot_id,
            subject=wanted.subject,
            actor=wanted.actor,
            before=wanted.before,
            limit=limit,
        )
        return [_to_entry(row) for row in rows]


def _to_entry(row: Row) -> AuditEntry:
    return AuditEntry(
        number=row["id"],
        at=row["at"],
        actor=Actor(name=row["actor"], address=row["address"]),
        action=row["action"],
        subject=row["subject"],
        details=row["details"],
    )
