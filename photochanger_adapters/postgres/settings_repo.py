"""Settings in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from attrs import evolve, fields_dict, frozen
from sqlalchemy import Text, column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from photochanger_core.domain.settings import Settings
from photochanger_core.ports.settings_repo import SettingsRepoPort

from .columns import MOMENT
from .gateway import Gateway
from .statements import Statement, given
from .tables import SETTINGS

_KEY_OF: Final[Mapping[str, str]] = {name: name for name in fields_dict(Settings)} | {
    "ingest_password_hash": "ingest.dslr_password"
}
_FIELD_OF: Final = {key: name for name, key in _KEY_OF.items()}


def _insertion() -> Insert:
    values = func.jsonb_each(given("values", JSONB())).table_valued(
        column("key", Text), column("value", JSONB), name="given"
    )
    rows = select(
        values.c.key,
        values.c.value,
        literal(1),
        given("at", MOMENT),
        given("by", Text()),
    )
    return insert(SETTINGS).from_select(SETTINGS.c.keys(), rows)


def _change() -> Insert:
    new = _insertion()
    return new.on_conflict_do_update(
        index_elements=[SETTINGS.c.key],
        set_={
            "value": new.excluded.value,
            "version": SETTINGS.c.version + 1,
            "updated_at": new.excluded.updated_at,
            "updated_by": new.excluded.updated_by,
        },
    )


_READ: Final = Statement.of(select(SETTINGS.c.key, SETTINGS.c.value))
_CHANGE: Final = Statement.of(_change())
_SEED: Final = Statement.of(_insertion().on_conflict_do_nothing())


@frozen
class PgSettingsRepo(SettingsRepoPort):
    """Settings in rows of key and value; keys that are no setting are left alone."""

    _gateway: Gateway

    async def read(self) -> Settings:
        rows = await self._gateway.rows(_READ)
        values: dict[str, Any] = {
            _FIELD_OF[row["key"]]: row["value"] for row in rows if row["key"] in _FIELD_OF
        }
        return evolve(Settings(), **values)

    async def change(self, values: Mapping[str, object], *, by: str, at: datetime) -> None:
        await self._gateway.rows(_CHANGE, values=_by_key(values), at=at, by=by)

    async def seed(self, values: Mapping[str, object], *, by: str, at: datetime) -> None:
        await self._gateway.rows(_SEED, values=_by_key(values), at=at, by=by)


def _by_key(values: Mapping[str, object]) -> dict[str, object]:
    return {_KEY_OF[name]: value for name, value in values.items()}
