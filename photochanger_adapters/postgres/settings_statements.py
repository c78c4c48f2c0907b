"""How settings and keys of providers are changed: all or nothing, in one statement each.

They are run one at a time (`Lock.SETTINGS`), so what they see is what they change.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    TableValuedAlias,
    Text,
    cast,
    column,
    delete,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from .change_clauses import telling
from .columns import MOMENT
from .statements import given
from .tables import PROVIDER_SECRETS, SETTINGS

REVISION: Final = "revision"
"""The key of the row whose version is that of all settings together."""

_AT: Final = given("at", MOMENT)
_BY: Final = given("by", Text())
_TOLD: Final = telling("settings").label("told")
"""Said once, however many rows say it: they are of one transaction."""


def change() -> Select[Any]:
    """Return what changes settings that are at the version given.

    It answers with whether they were `changed`, and with the version that was to be `replaced`.
    """
    revision = select(SETTINGS.c.version).where(SETTINGS.c.key == REVISION).scalar_subquery()
    replaced = func.coalesce(revision, 0)
    is_seen = replaced == given("version", Integer())
    counted = _set(_revision().where(is_seen)).returning(SETTINGS.c.key).cte("counted")
    is_counted = exists(select(counted.c.key))
    keys = _each("keys")
    removed = delete(PROVIDER_SECRETS).where(
        PROVIDER_SECRETS.c.provider == keys.c.key, _is_null(keys), is_counted
    )
    told = select(_TOLD).select_from(counted).scalar_subquery()
    return select(
        is_counted.label("changed"), replaced.label("replaced"), told.label("told")
    ).add_cte(
        _set(_values().where(is_counted)).returning(SETTINGS.c.key).cte("values"),
        _seal(keys, is_counted).returning(PROVIDER_SECRETS.c.provider).cte("sealed"),
        removed.returning(PROVIDER_SECRETS.c.provider).cte("removed"),
    )


def seed() -> Select[Any]:
    """Return what sets those values that were never set, and answers with their keys."""
    new = insert(SETTINGS).from_select(SETTINGS.c.keys(), _values())
    seeded = new.on_conflict_do_nothing().returning(SETTINGS.c.key).cte("seeded")
    counted = _set(_revision().where(exists(select(seeded.c.key))))
    return select(seeded.c.key, _TOLD).add_cte(counted.returning(SETTINGS.c.key).cte("counted"))


def _values() -> Select[Any]:
    values = _each("values")
    return select(values.c.key, values.c.value, literal(1), _AT, _BY)


def _revision() -> Select[Any]:
    nothing = cast(literal("null", Text()), JSONB)
    return select(literal(REVISION), nothing, literal(1), _AT, _BY)


def _set(rows: Select[Any]) -> Insert:
    new = insert(SETTINGS).from_select(SETTINGS.c.keys(), rows)
    return new.on_conflict_do_update(
        index_elements=[SETTINGS.c.key],
        set_={
            "value": new.excluded.value,
            "version": SETTINGS.c.version + 1,
            "updated_at": new.excluded.updated_at,
            "updated_by": new.excluded.updated_by,
        },
    )


def _seal(keys: TableValuedAlias, condition: ColumnElement[bool]) -> Insert:
    ciphertext = func.convert_to(keys.c.value["ciphertext"].astext, "UTF8")
    rows = select(keys.c.key, ciphertext, keys.c.value["key_id"].astext, _AT, _BY)
    new = insert(PROVIDER_SECRETS).from_select(
        PROVIDER_SECRETS.c.keys(), rows.where(~_is_null(keys), condition)
    )
    return new.on_conflict_do_update(
        index_elements=[PROVIDER_SECRETS.c.provider],
        set_={
            each.name: new.excluded[each.name]
            for each in PROVIDER_SECRETS.c
            if not each.primary_key
        },
    )


def _each(name: str) -> TableValuedAlias:
    """Return the object given as *name*, a row a member."""
    members = func.jsonb_each(given(name, JSONB()))
    return members.table_valued(column("key", Text), column("value", JSONB), name=f"each_of_{name}")


def _is_null(member: TableValuedAlias) -> ColumnElement[bool]:
    return func.jsonb_typeof(member.c.value) == "null"
