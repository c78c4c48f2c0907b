"""Delete a template that nobody uses."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.errors import InUse, MediaExpired
from photochanger_core.domain.ids import SlotId, slot_id
from photochanger_core.domain.media import MediaObject
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .list_templates import uses_of
from .races import OneByOne
from .read_template import ReadTemplate
from .save_slot import SaveSlot


@frozen(kw_only=True)
class DeleteTemplate:
    """Delete a template that nobody uses; its row stays, so that a history can name it.

    The row first, the file after: a crash in between leaves a file that the purge removes.
    """

    slots: SlotRepoPort
    rows: MediaRepoPort
    objects: ObjectStorePort
    audit: AuditPort
    clock: ClockPort
    read_template: ReadTemplate
    save_slot: SaveSlot
    one_by_one: OneByOne

    async def __call__(self, text: str, *, slot: str | None, by: Actor) -> Slot | None:
        """Delete the template with the id *text*.

        Args:
            text: The template's id.
            slot: The id of a slot that may use it, and does not any more then; None: none may.
            by: Who deletes it.

        Returns:
            The slot, if it was changed.

        Raises:
            MediaNotFound, MediaExpired: If there is no such template, or not any more.
            SlotNotFound: If there is no such slot.
            InUse: If another slot uses it; nothing is changed then, unless that slot was given
                the template just now.
            ValidationFailed: If the slot would not work without it.
            VersionConflict: As `OneByOne`, if it is changed all the time.
            QueueUnavailable, StorageUnavailable: If it cannot be deleted.
        """
        media = await self.read_template(text)
        named = None if slot is None else slot_id(slot)
        changed = await self.one_by_one(lambda: self._unbind(media, named, by), None)
        if not await self.rows.retire(media.media_id, self.clock.now()):
            self._check(media, await self.slots.all())
            raise MediaExpired  # somebody else deleted it just now
        await self.objects.discard(media.use, media.media_id)
        await self._note(media, by)
        return changed

    def _check(self, media: MediaObject, slots: Sequence[Slot]) -> None:
        used_by = sorted({use.slot_id for use in uses_of(media, slots)})
        if used_by:
            raise InUse(details={"slots": used_by})

    async def _unbind(self, media: MediaObject, named: SlotId | None, by: Actor) -> Slot | None:
        slots = await self.slots.all()
        self._check(media, [one for one in slots if one.slot_id != named])
        for slot in slots:
            others = [t for t in slot.template_media if t.media_object_id != media.media_id]
            if slot.slot_id == named and len(others) < len(slot.template_media):
                draft = await self.save_slot.draft(slot, evolve(slot, template_media=others), by=by)
                return await self.save_slot(slot, draft, by=by, action=AuditAction.SLOT_CHANGED)
        return None

    async def _note(self, media: MediaObject, by: Actor) -> None:
        await self.audit.note(
            AuditEntry(
                at=self.clock.now(),
                actor=by,
                action=AuditAction.TEMPLATE_DELETED,
                subject=media.media_id,
                details={"media_type": media.media_type, "size": media.size},
            )
        )
