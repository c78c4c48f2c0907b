"""Bring a slot back to an earlier version."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.ids import SlotId, slot_id
from photochanger_core.domain.problems import Problem, wrong
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.slot_values import with_secrets
from photochanger_core.ports.slot_repo import SlotRepoPort

from .races import OneByOne, Versions, check_version
from .save_slot import SaveSlot


@frozen(kw_only=True)
class RollBackSlot:
    """Bring a slot back to an earlier version, as a new one.

    Secrets are in no history, and stay as they are.
    """

    slots: SlotRepoPort
    save_slot: SaveSlot
    one_by_one: OneByOne

    async def __call__(
        self, text: str, number: int, *, by: Actor, versions: Versions = None
    ) -> Slot:
        """Bring the slot with the id *text* back to version *number*, and return it.

        Raises:
            SlotNotFound: If there is no such slot.
            ValidationFailed: If it never had that version, templates of it are gone, or its
                provider does not take it any more.
            VersionConflict, QueueUnavailable: As when it is configured.
        """
        return await self.one_by_one(lambda: self._roll_back(text, number, by, versions), versions)

    async def _roll_back(self, text: str, number: int, by: Actor, versions: Versions) -> Slot:
        slot = await self.slots.get(slot_id(text))
        check_version(slot.version, versions)
        wanted = with_secrets(await self._version(slot.slot_id, number), of=slot)
        draft = await self.save_slot.draft(slot, wanted, by=by)
        return await self.save_slot(
            slot,
            draft,
            by=by,
            action=AuditAction.SLOT_ROLLED_BACK,
            about={"to_version": number},
        )

    async def _version(self, slot: SlotId, number: int) -> Slot:
        for version in await self.slots.history(slot, 1, before=number + 1):
            if version.version == number:
                return version
        raise ValidationFailed([wrong(Problem.NO_SUCH_VERSION).at("version")])
