"""Slots in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from attrs import asdict, fields_dict, frozen
from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    TableValuedAlias,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from photochanger_core.domain.errors import MediaNotFound, SlotNotFound, VersionConflict
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.slot_values import SECRETS
from photochanger_core.ports.slot_repo import SlotRepoPort

from .columns import CODE
from .gateway import Gateway, Lock
from .session import Row
from .statements import Statement, given
from .tables import MEDIA, SLOT_HISTORY, SLOT_TEMPLATES, SLOTS
from .template_clauses import IS_TEMPLATE

_FIELD_OF: Final = {"id": "slot_id", "settings_json": "settings"}
"""Columns whose fields have another name."""
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


def _given_templates() -> TableValuedAlias:
    elements = func.jsonb_array_elements(_TEMPLATES)
    return elements.table_valued(
        column("value", JSONB), with_ordinality="position", name="bound"
    ).render_derived()


def _are_there() -> ColumnElement[bool]:
    """Return whether all the given templates can be bound."""
    bound = _given_templates()
    its_media = MEDIA.c.id == bound.c.value["media_object_id"].astext
    return ~exists(select(bound).where(~exists(select(MEDIA.c.id).where(its_media, IS_TEMPLATE))))


def _saving() -> Select[bool, int]:
    version = given("version", SLOTS.c.version.type)
    columns: dict[ColumnElement[Any], ColumnElement[Any]] = {
        each: given(each.name, each.type) for each in SLOTS.c if each.name != "id"
    }
    saved = (
        update(SLOTS)
        .where(_THIS, SLOTS.c.version == version - 1, _are_there())
        .values(columns)
        .returning(SLOTS)
        .cte("saved")
    )
    snapshot: ColumnElement[Any] = func.to_jsonb(saved.table_valued(), type_=JSONB)
    for secret in SECRETS:
        snapshot = snapshot.op("-")(cast(secret, CODE))
    templates = func.jsonb_build_object(cast("template_media", CODE), _TEMPLATES)
    snapshot = snapshot.op("||")(templates)
    kept = insert(SLOT_HISTORY).from_select(
        SLOT_HISTORY.c.keys(),
        select(saved.c.id, saved.c.version, saved.c.updated_at, saved.c.updated_by, snapshot),
    )
    return select(
        exists(select(saved.c.id)).label("saved"),
        # What there was before, as everything beside `saved` is seen.
        select(SLOTS.c.version).where(_THIS).scalar_subquery().label("replaced"),
    ).add_cte(kept.cte("kept"), *_bindings(saved))


def _bindings(saved: CTE) -> tuple[CTE, CTE]:
    """Put the given templates in place of those that the slot saved has."""
    old = delete(SLOT_TEMPLATES).where(SLOT_TEMPLATES.c.slot_id == saved.c.id)
    bound = _given_templates()
    rows = select(
        cast(func.gen_random_uuid(), CODE),
        saved.c.id,
        *(bound.c.value[name].astext for name in _TEMPLATE),
        cast(bound.c.position, Integer),
    ).select_from(saved.join(bound, literal(True)))  # noqa: FBT003 - every one with every one
    new = insert(SLOT_TEMPLATES).from_select(SLOT_TEMPLATES.c.keys(), rows)
    return old.returning(SLOT_TEMPLATES.c.id).cte("old"), new.cte("new")


_SAVE: Final = Statement.of(_saving())

_BEFORE: Final = given("before", SLOT_HISTORY.c.version.type)
_HISTORY: Final = Statement.of(
    select(SLOT_HISTORY)
    .where(SLOT_HISTORY.c.slot_id == given("id", CODE))
    .where(or_(_BEFORE.is_(None), SLOT_HISTORY.c.version < _BEFORE))
    .order_by(SLOT_HISTORY.c.version.desc())
    .limit(given("limit", Integer()))
)


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
        [outcome] = await self._gateway.serialised(Lock.TEMPLATES, _SAVE, **_to_row(slot))
        if outcome["replaced"] is None:
            raise SlotNotFound
        if outcome["replaced"] != slot.version - 1:
            raise VersionConflict(outcome["replaced"])
        if not outcome["saved"]:
            raise MediaNotFound

    async def history(
        self, slot_id: SlotId, limit: int, *, before: int | None = None
    ) -> Sequence[Slot]:
        rows = await self._gateway.rows(_HISTORY, id=slot_id, limit=limit, before=before)
        return [_to_version(row) for row in rows]


def _to_slot(row: Row) -> Slot:
    fields = {_FIELD_OF.get(column, column): value for column, value in row.items()}
    return Slot(**fields | {"template_media": row["template_media"] or ()})


def _to_version(row: Row) -> Slot:
    """Return what a slot was. What it had no column for then was as it is by default."""
    snapshot = {_FIELD_OF.get(name, name): value for name, value in row["snapshot"].items()}
    known = {name: value for name, value in snapshot.items() if name in fields_dict(Slot)}
    written = {"updated_at": row["changed_at"], "updated_by": row["changed_by"]}
    return Slot(**known | written)


def _to_row(slot: Slot) -> dict[str, Any]:
    names = (each.name for each in SLOTS.c)
    row = {name: getattr(slot, _FIELD_OF.get(name, name)) for name in names}
    return row | {
        "settings_json": dict(slot.settings),
        "template_media": [asdict(template) for template in slot.template_media],
        "retry": asdict(slot.retry),
        "fallback": asdict(slot.fallback) if slot.fallback else None,
    }
