"""Bring a slot back to how it was after installing."""

from __future__ import annotations

from attrs import evolve, frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.first_slots import slot_at_first
from photochanger_core.domain.ids import slot_id
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.slot_repo import SlotRepoPort

from .races import OneByOne, Versions, check_version
from .save_slot import SaveSlot


@frozen(kw_only=True)
class ResetSlot:
    """Bring a slot back to how it was after installing, but switched off.

    That is a version like others, and can be taken back; what it does to secrets cannot: the
    slot's own password and the key of its gallery are gone.
    """

    slots: SlotRepoPort
    save_slot: SaveSlot
    one_by_one: OneByOne

    async def __call__(self, text: str, *, by: Actor, versions: Versions = None) -> Slot:
        """Reset the slot with the id *text* and return it.

        Raises:
            SlotNotFound: If there is no such slot.
            VersionConflict, QueueUnavailable: As when it is configured.
        """

        async def reset() -> Slot:
            slot = await self.slots.get(slot_id(text))
            check_version(slot.version, versions)
            first = slot_at_first(slot.slot_id, at=slot.updated_at, by=by.name)
            draft = await self.save_slot.draft(slot, evolve(first, is_active=False), by=by)
            return await self.save_slot(slot, draft, by=by, action=AuditAction.SLOT_RESET)

        return await self.one_by_one(reset, versions)
