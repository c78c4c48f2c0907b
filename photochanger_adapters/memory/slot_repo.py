"""Slots in a dict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from attrs import asdict, define, evolve, field

from photochanger_core.domain.changes import SlotChanged
from photochanger_core.domain.errors import SlotNotFound, VersionConflict
from photochanger_core.domain.first_slots import slot_at_first
from photochanger_core.domain.ids import SLOT_IDS, MediaId, SlotId
from photochanger_core.domain.route import Fallback
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.slot_values import with_secrets
from photochanger_core.ports.slot_repo import SlotRepoPort

from .changes import MemoryChanges
from .media_repo import MemoryMediaRepo
from .storable import storable, storable_json

_SET_UP: Final = datetime(2026, 11, 21, tzinfo=UTC)


def initial_slots() -> tuple[Slot, ...]:
    """Return the fifteen slots of a new installation, as migration 0001 makes them."""
    return tuple(slot_at_first(slot_id, at=_SET_UP, by="setup") for slot_id in SLOT_IDS)


@define
class MemorySlotRepo(SlotRepoPort):
    """The slots of a new installation, in a dict, with templates from *media*."""

    _media: MemoryMediaRepo = field(factory=MemoryMediaRepo)
    _changes: MemoryChanges = field(factory=MemoryChanges)
    _slots: dict[SlotId, Slot] = field(init=False)
    _history: dict[SlotId, list[Slot]] = field(init=False)

    @_slots.default
    def _initial(self) -> dict[SlotId, Slot]:
        return {slot.slot_id: slot for slot in initial_slots()}

    @_history.default
    def _first_versions(self) -> dict[SlotId, list[Slot]]:
        return {slot.slot_id: [slot] for slot in initial_slots()}

    async def get(self, slot_id: SlotId) -> Slot:
        try:
            return self._slots[slot_id]
        except KeyError:
            raise SlotNotFound from None

    async def all(self) -> Sequence[Slot]:
        return [self._slots[slot_id] for slot_id in sorted(self._slots)]

    async def save(self, *slots: Slot) -> None:
        stored = {slot.slot_id: (await self.get(slot.slot_id)).version for slot in slots}
        for slot in sorted(slots, key=lambda slot: slot.slot_id):
            if stored[slot.slot_id] != slot.version - 1:
                raise VersionConflict(stored[slot.slot_id])
        self._media.bind({slot.slot_id: _templates(slot) for slot in slots})
        for slot in slots:
            saved = _as_stored(slot)
            self._slots[slot.slot_id] = saved
            self._history[slot.slot_id].append(with_secrets(saved, of=None))
        for slot_id in sorted(stored):
            self._changes.tell(SlotChanged(slot_id=slot_id, version=self._slots[slot_id].version))

    async def history(
        self, slot_id: SlotId, limit: int, *, before: int | None = None
    ) -> Sequence[Slot]:
        versions = [
            slot
            for slot in reversed(self._history.get(slot_id, []))
            if before is None or slot.version < before
        ]
        return versions[:limit]


def _templates(slot: Slot) -> Sequence[MediaId]:
    return [template.media_object_id for template in slot.template_media]


def _as_stored(slot: Slot) -> Slot:
    return evolve(
        slot,
        display_name=storable(slot.display_name),
        settings=storable_json(dict(slot.settings)),
        fallback=slot.fallback and Fallback(**storable_json(asdict(slot.fallback))),
        updated_by=storable(slot.updated_by),
    )
