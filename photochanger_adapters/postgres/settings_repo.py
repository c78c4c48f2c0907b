"""Settings in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import asdict, evolve, fields_dict, frozen
from sqlalchemy import select

from photochanger_core.domain.errors import VersionConflict
from photochanger_core.domain.provider_key import Sealed
from photochanger_core.domain.settings import Settings, StoredSettings
from photochanger_core.ports.settings_repo import SettingsRepoPort

from .gateway import Gateway, Lock
from .session import Row
from .settings_statements import REVISION, change, seed
from .statements import Statement
from .tables import SETTINGS

_PASSWORD: Final = "ingest.dslr_password"  # noqa: S105 - the key of its row
_KEY_OF: Final[Mapping[str, str]] = {name: name for name in fields_dict(Settings)} | {
    "ingest_password_hash": _PASSWORD
}
_FIELD_OF: Final = {key: name for name, key in _KEY_OF.items()}

_READ: Final = Statement.of(select(SETTINGS.c.key, SETTINGS.c.value), is_prepared=True)
ALL_SETTINGS: Final = Statement.of(select(SETTINGS))
_CHANGE: Final = Statement.of(change())
_SEED: Final = Statement.of(seed())


@frozen
class PgSettingsRepo(SettingsRepoPort):
    """Settings in rows of key and value, one of which counts the changes of all.

    Keys that are no setting are left alone. Those of providers are in `provider_secret`.
    """

    _gateway: Gateway

    async def read(self) -> Settings:
        return _settings(await self._gateway.rows(_READ))

    async def stored(self) -> StoredSettings:
        rows = {row["key"]: row for row in await self._gateway.rows(ALL_SETTINGS)}
        last, password = rows.get(REVISION, {}), rows.get(_PASSWORD, {})
        return StoredSettings(
            settings=_settings(rows.values()),
            version=last.get("version", 0),
            updated_at=last.get("updated_at"),
            updated_by=last.get("updated_by"),
            password_rotated_at=password.get("updated_at"),
            password_rotated_by=password.get("updated_by"),
        )

    async def change(
        self,
        values: Mapping[str, object],
        *,
        keys: Mapping[str, Sealed | None],
        version: int,
        by: str,
        at: datetime,
    ) -> None:
        sealed = {name: None if key is None else asdict(key) for name, key in keys.items()}
        [outcome] = await self._gateway.serialised(
            Lock.SETTINGS,
            _CHANGE,
            values=_by_key(values),
            keys=sealed,
            version=version,
            at=at,
            by=by,
        )
        if not outcome["changed"]:
            raise VersionConflict(outcome["replaced"])

    async def seed(self, values: Mapping[str, object], *, by: str, at: datetime) -> Sequence[str]:
        rows = await self._gateway.serialised(
            Lock.SETTINGS, _SEED, values=_by_key(values), at=at, by=by
        )
        return sorted(_FIELD_OF[row["key"]] for row in rows)


def values_in(rows: Iterable[Row]) -> dict[str, Any]:
    """Return what *rows* say of settings, by field."""
    return {_FIELD_OF[row["key"]]: row["value"] for row in rows if row["key"] in _FIELD_OF}


def _settings(rows: Iterable[Row]) -> Settings:
    return evolve(Settings(), **values_in(rows))


def _by_key(values: Mapping[str, object]) -> dict[str, object]:
    return {_KEY_OF[name]: value for name, value in values.items()}
