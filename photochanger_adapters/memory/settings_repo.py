"""Settings in dicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import define, evolve, field, frozen

from photochanger_core.domain.changes import SettingsChanged
from photochanger_core.domain.errors import VersionConflict
from photochanger_core.domain.provider_key import Sealed, StoredKey
from photochanger_core.domain.settings import Settings, StoredSettings
from photochanger_core.ports.settings_repo import SettingsRepoPort

from .changes import MemoryChanges
from .storable import storable, storable_json

_PASSWORD: Final = "ingest_password_hash"  # noqa: S105 - the field's name


@frozen
class _Change:
    at: datetime | None = None
    by: str | None = None


@define
class MemorySettingsRepo(SettingsRepoPort):
    """Settings in a dict of what was ever set.

    Attributes:
        changes: Told of whatever changes.
        keys: Keys by provider, for `MemoryProviderKeys`.
    """

    changes: MemoryChanges = field(factory=MemoryChanges)
    keys: dict[str, StoredKey] = field(factory=dict, init=False)
    _values: dict[str, Any] = field(factory=dict, init=False)
    _version: int = field(default=0, init=False)
    _last: _Change = field(factory=_Change, init=False)
    _password: _Change = field(factory=_Change, init=False)

    async def read(self) -> Settings:
        return evolve(Settings(), **self._values)

    async def stored(self) -> StoredSettings:
        return StoredSettings(
            settings=await self.read(),
            version=self._version,
            updated_at=self._last.at,
            updated_by=self._last.by,
            password_rotated_at=self._password.at,
            password_rotated_by=self._password.by,
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
        changed: dict[str, Any] = self._values | storable_json(dict(values))
        evolve(Settings(), **changed)  # there are no other fields
        if version != self._version:
            raise VersionConflict(self._version)
        self._values = changed
        self._version += 1
        self._last = _Change(at, storable(by))
        if _PASSWORD in values:
            self._password = self._last
        for provider, sealed in keys.items():
            self.keys.pop(provider, None)
            if sealed is not None:
                self.keys[provider] = StoredKey(sealed=sealed, updated_at=at)
        self.changes.tell(SettingsChanged())

    async def seed(self, values: Mapping[str, object], *, by: str, at: datetime) -> Sequence[str]:
        new = {name: value for name, value in values.items() if name not in self._values}
        if new:
            await self.change(new, keys={}, version=self._version, by=by, at=at)
        return sorted(new)
