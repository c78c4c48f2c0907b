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
    true,
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
    named = AUDIT.c.details.op("->>")(literal("slot_id", Text())) == _SLOT
    return and_(or_(AUDIT.c.subject == _SLOT, named), AUDIT.c.action.not_in(sorted(ABOUT_ACCOUNTS)))


def _read(*, of_slot: bool) -> Statement:
    """Return the statement that reads of a slot, or of anything.

    What is about a slot is found by two indexes and sorted: with their order in sight, PostgreSQL
    would go through all ids instead, which takes long where the slot has few entries, or none.
    """
    number = AUDIT.c.id + 0 if of_slot else AUDIT.c.id
    return Statement.of(
        select(AUDIT)
        .where(
            _is_about_slot() if of_slot else true(),
            _is(AUDIT.c.subject),
            _is(AUDIT.c.actor),
            or_(_BEFORE.is_(None), AUDIT.c.id < _BEFORE),
        )
        .order_by(number.desc())
        .limit(given("limit", Integer()))
    )


_NOTE: Final = Statement.of(
    insert(AUDIT).values(
        {each: given(each.name, each.type) for each in AUDIT.c if each.key != "id"}
    )
)
READ: Final = {of_slot: _read(of_slot=of_slot) for of_slot in (True, False)}


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
        values: dict[str, object] = {
            "subject": wanted.subject,
            "actor": wanted.actor,
            "before": wanted.before,
            "limit": limit,
        }
        if wanted.slot_id is not None:
            values["slot_id"] = wanted.slot_id
        rows = await self._gateway.rows(READ["slot_id" in values], **values)
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
