"""Slots in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from attrs import asdict, fields_dict, frozen
from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Join,
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

from .change_clauses import telling
from .columns import CODE
from .gateway import Gateway, Lock
from .session import Row
from .statements import Statement, given
from .tables import MEDIA, SLOT_HISTORY, SLOT_TEMPLATES, SLOTS
from .template_clauses import IS_TEMPLATE

_FIELD_OF: Final = {"id": "slot_id", "settings_json": "settings"}
"""Columns whose fields have another name."""
_TEMPLATES: Final = column("template_media", JSONB)
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


_GET: Final = Statement.of(_with_templates().where(_THIS), is_prepared=True)
ALL_SLOTS: Final = Statement.of(_with_templates().order_by(SLOTS.c.id))


def _given_slots() -> Select[Any]:
    """Return the given slots as rows, each with its templates as one column more."""
    columns = [column(each.name, each.type) for each in SLOTS.c]
    rows = func.jsonb_to_recordset(given("slots", JSONB()))
    return select(rows.table_valued(*columns, _TEMPLATES).render_derived(with_types=True))


_WANTED: Final = _given_slots().cte("wanted")


def _templates_of(slots: CTE) -> TableValuedAlias:
    elements = func.jsonb_array_elements(slots.c[_TEMPLATES.name])
    return elements.table_valued(
        column("value", JSONB), with_ordinality="position", name="bound"
    ).render_derived()


def _each_with_its(templates: TableValuedAlias, slots: CTE) -> Join:
    return slots.join(templates, literal(True))  # noqa: FBT003 - lateral: there is no other match


def _can_be_bound() -> ColumnElement[bool]:
    """Return whether all templates of the wanted slots are there."""
    bound = _templates_of(_WANTED)
    its_media = MEDIA.c.id == bound.c.value["media_object_id"].astext
    is_missing = ~exists(select(MEDIA.c.id).where(its_media, IS_TEMPLATE))
    wanted = select(_WANTED.c.id).select_from(_each_with_its(bound, _WANTED))
    return ~exists(wanted.where(is_missing))


def _saving() -> Select[Any]:
    this = SLOTS.c.id == _WANTED.c.id
    is_missing, is_other = ~exists().where(this), SLOTS.c.version != _WANTED.c.version - 1
    other = select(SLOTS.c.version).where(this, is_other).order_by(SLOTS.c.id).limit(1)
    looked = select(
        (~exists(select(_WANTED.c.id).where(is_missing))).label("found"),
        other.scalar_subquery().label("other"),
        _can_be_bound().label("bound"),
    ).cte("looked")
    saved = (
        update(SLOTS)
        .where(this, looked.c.found, looked.c.other.is_(None), looked.c.bound)
        .values({each: _WANTED.c[each.name] for each in SLOTS.c if each.name != "id"})
        .returning(SLOTS, _WANTED.c[_TEMPLATES.name])
        .cte("saved")
    )
    return select(*looked.c, _told(saved)).add_cte(_kept(saved), *_bindings(saved))


def _told(saved: CTE) -> ColumnElement[Any]:
    """Tell of the slots saved, in their order."""
    ordered = select(saved.c.id.label("slot_id"), saved.c.version).order_by(saved.c.id).subquery()
    told = select(telling("slot", ordered.c.slot_id, ordered.c.version).label("told")).subquery()
    return select(func.count(told.c.told)).scalar_subquery().label("told")


def _kept(saved: CTE) -> CTE:
    """Put the slots saved into their histories."""
    snapshot: ColumnElement[Any] = func.to_jsonb(saved.table_valued(), type_=JSONB)
    for secret in SECRETS:
        snapshot = snapshot.op("-")(cast(secret, CODE))
    version = select(saved.c.id, saved.c.version, saved.c.updated_at, saved.c.updated_by, snapshot)
    return insert(SLOT_HISTORY).from_select(SLOT_HISTORY.c.keys(), version).cte("kept")


def _bindings(saved: CTE) -> tuple[CTE, CTE]:
    """Put the given templates in place of those that the slots saved have."""
    old = delete(SLOT_TEMPLATES).where(SLOT_TEMPLATES.c.slot_id == saved.c.id)
    bound = _templates_of(saved)
    rows = select(
        cast(func.gen_random_uuid(), CODE),
        saved.c.id,
        *(bound.c.value[name].astext for name in _TEMPLATE),
        cast(bound.c.position, Integer),
    ).select_from(_each_with_its(bound, saved))
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
            return to_slot(row)
        raise SlotNotFound

    async def all(self) -> Sequence[Slot]:
        return [to_slot(row) for row in await self._gateway.rows(ALL_SLOTS)]

    async def save(self, *slots: Slot) -> None:
        rows = [_to_row(slot) for slot in slots]
        [outcome] = await self._gateway.serialised(Lock.TEMPLATES, _SAVE, slots=rows)
        if not outcome["found"]:
            raise SlotNotFound
        if outcome["other"] is not None:
            raise VersionConflict(outcome["other"])
        if not outcome["bound"]:
            raise MediaNotFound

    async def history(
        self, slot_id: SlotId, limit: int, *, before: int | None = None
    ) -> Sequence[Slot]:
        rows = await self._gateway.rows(_HISTORY, id=slot_id, limit=limit, before=before)
        return [_to_version(row) for row in rows]


def to_slot(row: Row) -> Slot:
    """Return the slot that a row of `ALL_SLOTS` is."""
    fields = {_FIELD_OF.get(column, column): value for column, value in row.items()}
    return Slot(**fields | {"template_media": row["template_media"] or ()})


def _to_version(row: Row) -> Slot:
    """Return what a slot was. What it had no column for then was as it is by default."""
    snapshot = {_FIELD_OF.get(name, name): value for name, value in row["snapshot"].items()}
    known = {name: value for name, value in snapshot.items() if name in fields_dict(Slot)}
    written = {"updated_at": row["changed_at"], "updated_by": row["changed_by"]}
    return Slot(**known | written)


def _to_row(slot: Slot) -> dict[str, Any]:
    """Return what is stored of *slot*, as plain JSON."""
    names = (each.name for each in SLOTS.c)
    row = {name: getattr(slot, _FIELD_OF.get(name, name)) for name in names}
    return row | {
        "settings_json": dict(slot.settings),
        "updated_at": slot.updated_at.isoformat(),
        "template_media": [asdict(template) for template in slot.template_media],
        "retry": asdict(slot.retry),
        "fallback": asdict(slot.fallback) if slot.fallback else None,
    }
