"""Slots in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from attrs import asdict, frozen
from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from photochanger_core.domain.errors import SlotNotFound, VersionConflict
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.slot_repo import SlotRepoPort

from .columns import CODE
from .gateway import Gateway
from .session import Row
from .statements import Statement, given
from .tables import SLOT_HISTORY, SLOT_TEMPLATES, SLOTS

_FIELD_OF: Final = {"id": "slot_id", "settings_json": "settings"}
"""Columns whose fields have another name."""
_SECRETS: Final = ("ingest_password_hash", "gallery_key")
"""What the history does not keep."""

_TEMPLATES: Final = given("template_media", JSONB())
_THIS: Final = SLOTS.c.id == given("id", CODE)
_TEMPLATE: Final = ("media_kind", "media_object_id")
"""Columns of a template, and its fields."""


def _with_templates() -> Select[Any]:
    template = func.jsonb_build_object(*_pairs(SLOT_TEMPLATES.c[name] for name in _TEMPLATE))
    templates = (
        select(func.jsonb_agg(aggregate_order_by(template, SLOT_TEMPLATES.c.position)))
        .where(SLOT_TEMPLATES.c.slot_id == SLOTS.c.id)
        .scalar_subquery()
    )
    return select(SLOTS, templates.label("template_media"))


def _pairs(columns: Iterable[ColumnElement[Any]]) -> Iterator[object]:
    for each in columns:
        yield from (cast(each.key, CODE), each)


_GET: Final = Statement.of(_with_templates().where(_THIS))
_ALL: Final = Statement.of(_with_templates().order_by(SLOTS.c.id))


def _saving() -> Select[bool, bool]:
    version = given("version", SLOTS.c.version.type)
    columns: dict[ColumnElement[Any], ColumnElement[Any]] = {
        each: given(each.name, each.type) for each in SLOTS.c if each.name != "id"
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
    templates = func.jsonb_build_object(cast("template_media", CODE), _TEMPLATES)
    snapshot = snapshot.op("||")(templates)
    kept = insert(SLOT_HISTORY).from_select(
        SLOT_HISTORY.c.keys(),
        select(saved.c.id, saved.c.version, saved.c.updated_at, saved.c.updated_by, snapshot),
    )
    found = exists().where(_THIS)
    return select(exists(select(saved.c.id)).label("saved"), found.label("found")).add_cte(
        kept.cte("kept"), *_bindings(saved)
    )


def _bindings(saved: CTE) -> tuple[CTE, CTE]:
    """Put the given templates in place of those that the slot saved has."""
    old = delete(SLOT_TEMPLATES).where(SLOT_TEMPLATES.c.slot_id == saved.c.id)
    elements = func.jsonb_array_elements(_TEMPLATES)
    bound = elements.table_valued(
        column("value", JSONB), with_ordinality="position", name="bound"
    ).render_derived()
    rows = select(
        cast(func.gen_random_uuid(), CODE),
        saved.c.id,
        *(bound.c.value[name].astext for name in _TEMPLATE),
        cast(bound.c.position, Integer),
    ).select_from(saved.join(bound, literal(True)))  # noqa: FBT003 - every one with every one
    new = insert(SLOT_TEMPLATES).from_select(SLOT_TEMPLATES.c.keys(), rows)
    return old.returning(SLOT_TEMPLATES.c.id).cte("old"), new.cte("new")


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
    fields = {_FIELD_OF.get(column, column): value for column, value in row.items()}
    return Slot(**fields | {"template_media": row["template_media"] or ()})


def _to_row(slot: Slot) -> dict[str, Any]:
    names = (each.name for each in SLOTS.c)
    row = {name: getattr(slot, _FIELD_OF.get(name, name)) for name in names}
    return row | {
        "settings_json": dict(slot.settings),
        "template_media": [asdict(template) for template in slot.template_media],
        "retry": asdict(slot.retry),
        "fallback": asdict(slot.fallback) if slot.fallback else None,
    }
