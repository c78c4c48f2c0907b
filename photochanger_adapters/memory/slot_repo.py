"""Slots in a dict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from attrs import asdict, define, evolve, field

from photochanger_core.domain.errors import SlotNotFound, VersionConflict
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.route import Fallback
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.slot_repo import SlotRepoPort

from .storable import storable, storable_json

_SET_UP: Final = datetime(2026, 11, 21, tzinfo=UTC)
_PORTRAIT: Final = (
    "Retouch this portrait. Keep every face, its features, expression, skin tone and hair exactly "
    "as they are. Tidy up the background and make the light soft and even."
)


def initial_slots() -> tuple[Slot, ...]:
    """Return the fifteen slots of a new installation, as migration 0001 makes them."""
    first, *others = (
        Slot(
            slot_id=slot_id,
            display_name=f"Slot {number}",
            provider="gemini",
            operation="image_edit",
            updated_at=_SET_UP,
            updated_by="setup",
        )
        for number, slot_id in enumerate(SLOT_IDS, start=1)
    )
    settings = {"prompt": _PORTRAIT, "model": "gemini-3.1-flash-image"}
    return (evolve(first, is_active=True, settings=settings), *others)


@define
class MemorySlotRepo(SlotRepoPort):
    """The slots of a new installation, in a dict."""

    _slots: dict[SlotId, Slot] = field(init=False)

    @_slots.default
    def _initial(self) -> dict[SlotId, Slot]:
        return {slot.slot_id: slot for slot in initial_slots()}

    async def get(self, slot_id: SlotId) -> Slot:
        try:
            return self._slots[slot_id]
        except KeyError:
            raise SlotNotFound from None

    async def all(self) -> Sequence[Slot]:
        return [self._slots[slot_id] for slot_id in sorted(self._slots)]

    async def save(self, slot: Slot) -> None:
        stored = await self.get(slot.slot_id)
        if stored.version != slot.version - 1:
            raise VersionConflict
        self._slots[slot.slot_id] = evolve(
            slot,
            display_name=storable(slot.display_name),
            settings=storable_json(dict(slot.settings)),
            fallback=slot.fallback and Fallback(**storable_json(asdict(slot.fallback))),
            updated_by=storable(slot.updated_by),
        )
