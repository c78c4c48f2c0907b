"""Change what is set for all slots."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from attrs import evolve, frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.checks import field_problems, optional
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import FieldProblem, Problem, wrong
from photochanger_core.domain.provider_key import Sealed, api_key
from photochanger_core.domain.settings import SETTINGS_CHECKS, Settings
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.passwords import PasswordsPort
from photochanger_core.ports.seals import SealsPort
from photochanger_core.ports.settings_repo import SettingsRepoPort

from .races import OneByOne, Versions, check_version
from .set_password import INGEST_PASSWORD, hashed, password

PROVIDER_KEYS: Final = "provider_keys"
SUBJECT: Final = "settings"
"""What the record says was changed."""

_LONGEST_NAME: Final = 20
"""Of providers."""

_CHECKS: Final = {**SETTINGS_CHECKS, INGEST_PASSWORD: password}
_SECRETS: Final = {"ingest_password_hash": INGEST_PASSWORD}
"""Fields of which the record only says that they were changed, and under which name."""


@frozen(kw_only=True)
class ConfigureSettings:
    """Change what is set for all slots; booths and providers see it with the next photo.

    The change first, the record after: a crash in between leaves a change that only the rows
    themselves tell of.

    Attributes:
        providers: Who may have a key.
    """

    settings: SettingsRepoPort
    seals: SealsPort
    passwords: PasswordsPort
    audit: AuditPort
    clock: ClockPort
    providers: Collection[str]
    one_by_one: OneByOne

    async def __call__(
        self,
        changes: Mapping[str, object],
        *,
        by: Actor,
        seen: Versions = None,
    ) -> Settings:
        """Make *changes* and return all settings; what is as it was is no change.

        Args:
            changes: By field of `Settings`, or `ingest_password`, or `provider_keys`: an object of
                keys by provider, None takes one away.
            by: Who makes them.
            seen: Versions that the settings may be at; None: at any.

        Raises:
            ValidationFailed: Naming every field that is wrong. Nothing is changed then.
            VersionConflict: If somebody else changed them meanwhile. Likewise. Without *seen* as
                `OneByOne`.
            QueueUnavailable: If they cannot be stored.
        """
        values, keys = await self._checked(changes)
        await self.one_by_one(lambda: self._change(values, keys, by, seen), seen)
        return await self.settings.read()

    async def at_first_start(self, values: Mapping[str, object], *, by: Actor) -> frozenset[str]:
        """Set those of *values* that were never set.

        Returns:
            The names of those that were set, as they are given; another server may have been
            faster with the others.

        Raises:
            ValidationFailed: Naming every field that is wrong. Nothing is set then.
            QueueUnavailable: If they cannot be stored.
        """
        checked, _ = await self._checked(values)
        names = await self.settings.seed(checked, by=by.name, at=self.clock.now())
        told = _told(Settings(), {name: checked[name] for name in names})
        await self._note(told, {}, by)
        return frozenset(told)

    async def _change(
        self,
        values: Mapping[str, Any],
        keys: Mapping[str, Sealed | None],
        by: Actor,
        seen: Versions,
    ) -> None:
        before = await self.settings.stored()
        check_version(before.version, seen)
        values = _different(before.settings, values)
        if values or keys:
            await self.settings.change(
                values, keys=keys, version=before.version, by=by.name, at=self.clock.now()
            )
            await self._note(_told(before.settings, values), keys, by)

    async def _checked(
        self, changes: Mapping[str, object]
    ) -> tuple[dict[str, Any], dict[str, Sealed | None]]:
        """Return what is to be stored: values by field, and sealed keys by provider."""
        fields = {name: value for name, value in changes.items() if name != PROVIDER_KEYS}
        keys = changes.get(PROVIDER_KEYS, {})
        problems = field_problems(fields, _CHECKS) + self._key_problems(keys)
        if problems or not isinstance(keys, Mapping):
            raise ValidationFailed(problems)
        sealed = {name: None if key is None else self.seals.seal(key) for name, key in keys.items()}
        return await hashed(fields, self.passwords), sealed

    def _key_problems(self, keys: object) -> list[FieldProblem]:
        if not isinstance(keys, Mapping):
            return [wrong(Problem.NOT_OBJECT).at(PROVIDER_KEYS)]
        checks = dict.fromkeys(self.providers, optional(api_key))
        return [_key_problem(problem) for problem in field_problems(keys, checks)]

    async def _note(
        self, told: Mapping[str, object], keys: Mapping[str, Sealed | None], by: Actor
    ) -> None:
        """Keep for the record what was changed: settings in one entry, each key in its own."""
        deeds: list[tuple[AuditAction, str, dict[str, object]]] = []
        if told:
            deeds.append((AuditAction.SETTINGS_CHANGED, SUBJECT, {"changes": told}))
        for name, key in keys.items():
            told = {"key": "changed" if key else "removed"}
            deeds.append((AuditAction.PROVIDER_KEY_CHANGED, name, {"changes": told}))
        at = self.clock.now()
        for action, subject, details in deeds:
            entry = AuditEntry(at=at, actor=by, action=action, subject=subject, details=details)
            await self.audit.note(entry)


def _key_problem(problem: FieldProblem) -> FieldProblem:
    """Return *problem*, found among the keys by name, as one of the settings.

    A long name is not repeated: it is a key that somebody has put in the place of the name.
    """
    is_name = len(problem.field) <= _LONGEST_NAME
    return (problem if is_name else evolve(problem, field="")).at(PROVIDER_KEYS)


def _different(before: Settings, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != getattr(before, name)}


def _told(before: Settings, values: Mapping[str, object]) -> dict[str, object]:
    """Return what the record says of *values*: of secrets that they were changed, no more."""
    return {
        _SECRETS.get(name, name): "changed"
        if name in _SECRETS
        else {"old": getattr(before, name), "new": value}
        for name, value in values.items()
    }
