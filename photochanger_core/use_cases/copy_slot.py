"""Set a slot up as another one is."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.ids import slot_id
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.slot_repo import SlotRepoPort

from .races import OneByOne, Versions, check_version
from .save_slot import SaveSlot


@frozen(kw_only=True)
class CopySlot:
    """Set a slot up as another one is, but for what is its own: `Slot.set_up_like`."""

    slots: SlotRepoPort
    save_slot: SaveSlot
    one_by_one: OneByOne

    async def __call__(
        self,
        text: str,
        other: str,
        *,
        by: Actor,
        versions: Versions = None,
        other_versions: Versions = None,
    ) -> Slot:
        """Set the slot *text* up as the slot *other*, and return it. Both are ids.

        Args:
            text: The slot's id.
            other: That of the one it is to be like.
            by: Who changes it.
            versions: What the change is meant for.
            other_versions: Versions of the other slot, one of which is meant.

        Raises:
            SlotNotFound: If there is no such slot.
            ValidationFailed: If what the other one is set to is not good any more.
            VersionConflict, QueueUnavailable: As when it is configured.
        """

        async def copy() -> Slot:
            slot, model = await self.slots.get(slot_id(text)), await self.slots.get(slot_id(other))
            check_version(slot.version, versions)
            check_version(model.version, other_versions)
            return await self._copy(slot, model, by)

        return await self.one_by_one(copy, versions)

    async def _copy(self, slot: Slot, model: Slot, by: Actor) -> Slot:
        draft = await self.save_slot.draft(slot, slot.set_up_like(model), by=by)
        return await self.save_slot(
            slot,
            draft,
            by=by,
            action=AuditAction.SLOT_CHANGED,
            about={"copied_from": model.slot_id},
        )
