"""The record in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen
from sqlalchemy import BigInteger, ColumnElement, Integer, insert, or_, select

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditEntry
from photochanger_core.ports.audit import AuditFilter, AuditPort

from .columns import CODE
from .gateway import Gateway
from .session import Row
from .statements import Statement, given
from .tables import AUDIT

_BEFORE: Final = given("before", BigInteger())


def _is(column: ColumnElement[Any]) -> ColumnElement[bool]:
    wanted = given(str(column.key), CODE)
    return or_(wanted.is_(None), column == wanted)


_NOTE: Final = Statement.of(
    insert(AUDIT).values(
        {each: given(each.name, each.type) for each in AUDIT.c if each.key != "id"}
    )
)
_READ: Final = Statement.of(
    select(AUDIT)
    .where(_is(AUDIT.c.subject), _is(AUDIT.c.actor), or_(_BEFORE.is_(None), AUDIT.c.id < _BEFORE))
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
            _READ, subject=wanted.subject, actor=wanted.actor, before=wanted.before, limit=limit
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
