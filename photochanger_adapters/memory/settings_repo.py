"""Settings in a dict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import define, evolve, field

from photochanger_core.domain.settings import Settings
from photochanger_core.ports.settings_repo import SettingsRepoPort

from .storable import storable_json


@define
class MemorySettingsRepo(SettingsRepoPort):
    """Settings in a dict of what was ever set."""

    _values: dict[str, Any] = field(factory=dict, init=False)

    async def read(self) -> Settings:
        return evolve(Settings(), **self._values)

    async def change(self, values: Mapping[str, object], *, by: str, at: datetime) -> None:
        changed: dict[str, Any] = self._values | storable_json(dict(values))
        evolve(Settings(), **changed)  # there are no other fields
        self._values = changed

    async def seed(self, values: Mapping[str, object], *, by: str, at: datetime) -> None:
        await self.change({**values, **self._values}, by=by, at=at)
