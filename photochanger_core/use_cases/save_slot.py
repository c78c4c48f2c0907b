"""Save the next version of a slot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.errors import MediaNotFound
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.slot_values import differences
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .check_slot import CheckSlot


@frozen(kw_only=True)
class SaveSlot:
    """Save the next version of a slot; booths see it with their next photo.

    The slot first, the record after: a crash in between leaves a change that the slot's history
    tells of, and the record does not.
    """

    slots: SlotRepoPort
    audit: AuditPort
    clock: ClockPort
    check_slot: CheckSlot

    async def draft(self, old: Slot, wanted: Slot, *, by: Actor, thoroughly: bool = False) -> Slot:
        """Return *wanted* as the version after *old*, checked. Raises as `CheckSlot`.

        Its providers check it if it is on and what they would be asked has changed, or if it is to
        be checked *thoroughly*.
        """
        following = self.following(old, wanted, by=by)
        thoroughly = thoroughly or (wanted.is_active and _asks(wanted) != _asks(old))
        return await self.check_slot(following, thoroughly=thoroughly)

    def following(self, old: Slot, wanted: Slot, *, by: Actor) -> Slot:
        """Return *wanted* as the version after *old*, unchecked."""
        return evolve(
            wanted, version=old.version + 1, updated_at=self.clock.now(), updated_by=by.name
        )

    async def __call__(
        self,
        old: Slot,
        draft: Slot,
        *,
        by: Actor,
        action: AuditAction,
        about: Mapping[str, object] | None = None,
    ) -> Slot:
        """Save *draft* in place of *old*, note it, and return it.

        Args:
            old: What the draft was made of.
            draft: As `draft` has returned it.
            by: Who does it.
            action: What is done.
            about: What else is to be noted.

        Raises:
            VersionConflict: If somebody else changed the slot just now. Nothing is changed then.
            ValidationFailed: If a template was deleted just now. Likewise.
            QueueUnavailable: If it cannot be stored, or not be noted.
        """
        await self.all([(old, draft)], by=by, action=action, about=about)
        return draft

    async def all(
        self,
        drafts: Sequence[tuple[Slot, Slot]],
        *,
        by: Actor,
        action: AuditAction,
        about: Mapping[str, object] | None = None,
    ) -> None:
        """Do the same to several slots: what each was, and its draft. All are saved, or none."""
        try:
            await self.slots.save(*(draft for _, draft in drafts))
        except MediaNotFound:
            for _, draft in drafts:
                await self.check_slot.template_sizes(draft)
            raise
        for old, draft in drafts:
            told = {"version": draft.version, "changes": differences(old, draft)}
            await self.audit.note(
                AuditEntry(
                    at=draft.updated_at,
                    actor=by,
                    action=action,
                    subject=draft.slot_id,
                    details={**(about or {}), **told},
                )
            )


def _asks(slot: Slot) -> tuple[object, ...]:
    """Return what a slot has providers do."""
    return (slot.is_active, slot.route, slot.fallback, slot.template_media)
