"""Change what happens to photos sent to a slot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.checks import an_object, optional
from photochanger_core.domain.ids import slot_id
from photochanger_core.domain.slot import SLOT_CHECKS, Slot
from photochanger_core.ports.passwords import PasswordsPort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .races import OneByOne, Versions, check_version
from .save_slot import SaveSlot
from .set_password import checked, password

_SETTINGS: Final = "settings"
_ROUTE: Final = frozenset({"provider", "operation"})
_PROVIDER_FIELDS: Final = _ROUTE | {"fallback", _SETTINGS}
_CHECKS: Final = {**SLOT_CHECKS, _SETTINGS: an_object}


@frozen(kw_only=True)
class ConfigureSlot:
    """Change what happens to photos sent to a slot; booths see it with their next photo."""

    slots: SlotRepoPort
    providers: Mapping[str, ProviderPort]
    passwords: PasswordsPort
    save_slot: SaveSlot
    one_by_one: OneByOne

    async def __call__(
        self,
        text: str,
        changes: Mapping[str, object],
        *,
        settings: Mapping[str, object],
        by: Actor,
        versions: Versions = None,
    ) -> Slot:
        """Change the slot with the id *text* and return it.

        Args:
            text: The slot's id.
            changes: By field of `Slot`, or `ingest_password` (None: the slot has none of its own).
                `settings` among them are put in place of all that there were.
            settings: Settings of its provider to set beside the others; None takes one away.
            by: Who changes it.
            versions: What the change is meant for.

        Raises:
            SlotNotFound: If there is no such slot.
            ValidationFailed: Naming every field that is wrong. Nothing is changed then.
            VersionConflict: If the slot is at none of *versions*, or somebody else changed it
                just now. Likewise. Without *versions* as `OneByOne`.
            QueueUnavailable: If it cannot be read or stored.
        """
        values = await self._values(text, changes)

        async def change() -> Slot:
            slot = await self._read(text, versions)
            draft = await self._draft(slot, values, settings, by)
            return await self.save_slot(slot, draft, by=by, action=AuditAction.SLOT_CHANGED)

        return await self.one_by_one(change, versions)

    async def draft(
        self,
        text: str,
        changes: Mapping[str, object],
        *,
        settings: Mapping[str, object],
        by: Actor,
        versions: Versions = None,
    ) -> Slot:
        """Return the slot as a change would make it, without changing it. Raises as a change.

        Settings that the slot had for another provider or operation, and that the new one does
        not know, are dropped.
        """
        values = await self._values(text, changes)
        return await self._draft(await self._read(text, versions), values, settings, by)

    async def _read(self, text: str, versions: Versions) -> Slot:
        slot = await self.slots.get(slot_id(text))
        check_version(slot.version, versions)
        return slot

    async def _values(self, text: str, changes: Mapping[str, object]) -> Mapping[str, Any]:
        """Return *changes* as they are stored; that takes a while, if a password is among them."""
        slot_id(text)
        return await checked(changes, _CHECKS, optional(password), self.passwords)

    async def _draft(
        self, slot: Slot, values: Mapping[str, Any], settings: Mapping[str, object], by: Actor
    ) -> Slot:
        kept = values.get(_SETTINGS)
        if kept is None:
            kept = self._kept_settings(slot, values)
        return await self.save_slot.draft(
            slot,
            evolve(slot, **{**values, _SETTINGS: _merged(kept, settings)}),
            by=by,
            thoroughly=bool(settings or _PROVIDER_FIELDS & values.keys()),
        )

    def _kept_settings(self, slot: Slot, changes: Mapping[str, Any]) -> Mapping[str, object]:
        route = evolve(slot.route, **{name: changes[name] for name in _ROUTE & changes.keys()})
        provider = self.providers.get(route.provider)
        if route == slot.route or provider is None or route.operation not in provider.operations:
            return slot.settings
        operation = provider.operations[route.operation]
        known = operation.schema.get("properties")
        names = known if isinstance(known, Mapping) else {}
        return {name: value for name, value in slot.settings.items() if name in names}


def _merged(old: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**old, **changes}.items() if value is not None}
