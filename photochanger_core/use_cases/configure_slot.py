"""Change what happens to photos sent to a slot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from attrs import evolve, frozen

from photochanger_core.domain.checks import optional
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.ids import slot_id
from photochanger_core.domain.route import Route
from photochanger_core.domain.slot import SLOT_CHECKS, Gallery, Slot
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.passwords import PasswordsPort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .set_password import checked, password

_PROVIDER_FIELDS: Final = frozenset({"provider", "operation", "fallback"})


@frozen(kw_only=True)
class ConfigureSlot:
    """Change what happens to photos sent to a slot; booths see it with their next photo.

    Attributes:
        new_key: Returns what nobody can guess, for the link of a gallery.
    """

    slots: SlotRepoPort
    providers: Mapping[str, ProviderPort]
    passwords: PasswordsPort
    clock: ClockPort
    new_key: Callable[[], str]

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
        changed = await self.draft(text, changes, settings=settings, by=by)
        await self.slots.save(changed)
        return changed

    async def draft(
        self,
        text: str,
        changes: Mapping[str, object],
        *,
        settings: Mapping[str, object],
        by: str,
    ) -> Slot:
        """Return the slot as a change would make it, without changing it. Raises as a change."""
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
        _check_size(changed)
        return self._with_gallery_key(changed)

    def _with_gallery_key(self, slot: Slot) -> Slot:
        if slot.gallery is Gallery.KEY and slot.gallery_key is None:
            return evolve(slot, gallery_key=self.new_key())
        return slot

    def _check_provider(self, slot: Slot) -> None:
        self._check_route(slot.route)
        if slot.fallback is not None:
            try:
                self._check_route(slot.fallback)
            except ValidationFailed as error:
                raise error.below("fallback") from error

    def _check_route(self, route: Route) -> None:
        provider = self.providers.get(route.provider)
        if provider is None:
            raise ValidationFailed([("provider", f"must be one of {sorted(self.providers)}")])
        provider.check_settings(route.operation, route.settings)


def _check_size(slot: Slot) -> None:
    if (slot.output_width is None) != (slot.output_height is None):
        raise ValidationFailed([("output_width", "and output_height belong together")])


def _merged(old: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**old, **changes}.items() if value is not None}
