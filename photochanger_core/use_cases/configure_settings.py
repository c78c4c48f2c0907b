"""Change what is set for all slots."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.settings import SETTINGS_CHECKS, Settings
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.passwords import PasswordsPort
from photochanger_core.ports.settings_repo import SettingsRepoPort

from .set_password import checked, password


@frozen(kw_only=True)
class ConfigureSettings:
    """Change what is set for all slots; booths see it with their next photo."""

    settings: SettingsRepoPort
    passwords: PasswordsPort
    clock: ClockPort

    async def __call__(self, changes: Mapping[str, object], *, by: Actor) -> Settings:
        """Set *changes*, by field of `Settings` or `ingest_password`, and return all settings.

        Raises:
            ValidationFailed: Naming every field that is wrong. Nothing is changed then.
            QueueUnavailable: If they cannot be stored.
        """
        await self.settings.change(await self._values(changes), by=by.name, at=self.clock.now())
        return await self.settings.read()

    async def at_first_start(self, values: Mapping[str, object], *, by: Actor) -> None:
        """Set those of *values* that were never set. Raises as a change does."""
        await self.settings.seed(await self._values(values), by=by.name, at=self.clock.now())

    async def _values(self, changes: Mapping[str, object]) -> dict[str, object]:
        return await checked(changes, SETTINGS_CHECKS, password, self.passwords)
