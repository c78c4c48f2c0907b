"""Slots in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from attrs import asdict, frozen
from sqlalchemy import ColumnElement, Select, cast, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB

from photochanger_core.domain.errors import SlotNotFound, VersionConflict
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.slot_repo import SlotRepoPort

from .columns import CODE
from .gateway import Gateway
from .session import Row
from .statements import Statement, given
from .tables import SLOT_HISTORY, SLOTS

_FIELD_OF: Final = {"id": "slot_id", "settings_json": "settings"}
"""Columns whose fields have another name."""
_SECRETS: Final = ("ingest_password_hash", "gallery_key")
"""What the history does not keep."""

_THIS: Final = SLOTS.c.id == given("id", CODE)
_GET: Final = Statement.of(select(SLOTS).where(_THIS))
_ALL: Final = Statement.of(select(SLOTS).order_by(SLOTS.c.id))


def _saving() -> Select[bool, bool]:
    version = given("version", SLOTS.c.version.type)
    columns: dict[ColumnElement[Any], ColumnElement[Any]] = {
        column: given(column.name, column.type) for column in SLOTS.c if column.name != "id"
    }
    saved = (
        update(SLOTS)
        .where(_THIS, SLOTS.c.version == version - 1)
        .values(columns)
        .returning(SLOTS)
        .cte("saved")
    )
    snapshot: ColumnElement[Any] = func.to_jsonb(saved.table_valued(), type_=JSONB)
    for secret in _SECRETS:
        snapshot = snapshot.op("-")(cast(secret, CODE))
    kept = insert(SLOT_HISTORY).from_select(
        SLOT_HISTORY.c.keys(),
        select(saved.c.id, saved.c.version, saved.c.updated_at, saved.c.updated_by, snapshot),
    )
    found = exists().where(_THIS)
    return select(exists(select(saved.c.id)).label("saved"), found.label("found")).add_cte(
        kept.cte("kept")
    )


_SAVE: Final = Statement.of(_saving())


@frozen
class PgSlotRepo(SlotRepoPort):
    """Slots in `slot`, every version of them in `slot_history`."""

    _gateway: Gateway

    async def get(self, slot_id: SlotId) -> Slot:
        for row in await self._gateway.rows(_GET, id=slot_id):
            return _to_slot(row)
        raise SlotNotFound

    async def all(self) -> Sequence[Slot]:
        return [_to_slot(row) for row in await self._gateway.rows(_ALL)]

    async def save(self, slot: Slot) -> None:
        [outcome] = await self._gateway.rows(_SAVE, **_to_row(slot))
        if not outcome["found"]:
            raise SlotNotFound
        if not outcome["saved"]:
            raise VersionConflict


def _to_slot(row: Row) -> Slot:
    return Slot(**{_FIELD_OF.get(column, column): value for column, value in row.items()})


def _to_row(slot: Slot) -> dict[str, Any]:
    names = (column.name for column in SLOTS.c)
    row = {name: getattr(slot, _FIELD_OF.get(name, name)) for name in names}
    return row | {
        "settings_json": dict(slot.settings),
        "retry": asdict(slot.retry),
        "fallback": asdict(slot.fallback) if slot.fallback else None,
    }
