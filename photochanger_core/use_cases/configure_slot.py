"""Change what happens to photos sent to a slot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import evolve, frozen

from photochanger_core.domain.checks import optional
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.ids import slot_id
from photochanger_core.domain.slot import SLOT_CHECKS, Slot
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.passwords import PasswordsPort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .set_password import checked, password

_PROVIDER_FIELDS: Final = frozenset({"provider", "operation"})


@frozen(kw_only=True)
class ConfigureSlot:
    """Change what happens to photos sent to a slot; booths see it with their next photo."""

    slots: SlotRepoPort
    providers: Mapping[str, ProviderPort]
    passwords: PasswordsPort
    clock: ClockPort

    async def __call__(
        self,
        text: str,
        changes: Mapping[str, object],
        *,
        settings: Mapping[str, object],
        by: str,
    ) -> Slot:
        """Change the slot with the id *text* and return it.

        Args:
            text: The slot's id.
            changes: By field of `Slot`, or `ingest_password` (None: the slot has none of its own).
            settings: Settings of its provider to set; None takes one away.
            by: Who changes it.

        Raises:
            SlotNotFound: If there is no such slot.
            ValidationFailed: Naming every field that is wrong. Nothing is changed then.
            VersionConflict: If somebody else changed the slot just now.
            QueueUnavailable: If it cannot be read or stored.
        """
        slot = await self.slots.get(slot_id(text))
        values = await checked(changes, SLOT_CHECKS, optional(password), self.passwords)
        changed = evolve(
            slot,
            **values,
            settings=_merged(slot.settings, settings),
            version=slot.version + 1,
            updated_at=self.clock.now(),
            updated_by=by,
        )
        if changed.is_active or settings or _PROVIDER_FIELDS & changes.keys():
            self._check_provider(changed)
        await self.slots.save(changed)
        return changed

    def _check_provider(self, slot: Slot) -> None:
        provider = self.providers.get(slot.provider)
        if provider is None:
            raise ValidationFailed([("provider", f"must be one of {sorted(self.providers)}")])
        provider.check_settings(slot.operation, slot.settings)


def _merged(old: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**old, **changes}.items() if value is not None}
