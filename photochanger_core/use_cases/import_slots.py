"""Set slots up as a file says, all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import asdict, evolve, frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.ids import MediaId, SlotId, slot_id
from photochanger_core.domain.media import TemplateMedia
from photochanger_core.domain.problems import FieldProblem, Problem, wrong
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.slot_values import Differences, changed
from photochanger_core.domain.slots_file import FiledBinding, FiledSlot, SlotsFile, used
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .check_slot import CheckSlot
from .save_slot import SaveSlot
from .take_templates import Kept, Pictures, TakeTemplates


@frozen(kw_only=True)
class SlotImport:
    """A slot that a file changes.

    Attributes:
        version: That it has then.
        changes: Field by field; templates are told by kind and checksum.
    """

    slot_id: SlotId
    version: int
    changes: Differences


@frozen(kw_only=True)
class Imported:
    """What a file changes, or would.

    Attributes:
        unchanged: The slots that were set up so before.
        templates: How many pictures become templates.
    """

    changed: Sequence[SlotImport]
    unchanged: Sequence[SlotId]
    templates: int


@frozen(kw_only=True)
class _Draft:
    """What becomes of a slot; its templates are bound when they are there."""

    old: Slot
    new: Slot
    bindings: Sequence[FiledBinding]
    changes: Differences

    def bound(self, kept: Kept) -> Slot:
        """Return the slot with its templates, which have been *kept*."""
        media = [kept[one.sha256].media for one in self.bindings]
        templates = [
            TemplateMedia(media_kind=one.media_kind, media_object_id=template.media_id)
            for one, template in zip(self.bindings, media, strict=True)
        ]
        return evolve(self.new, template_media=templates)


@frozen(kw_only=True)
class ImportSlots:
    """Set slots up as a file says, all of them or none; their secrets stay as they are.

    Everything is checked before anything is stored. The pictures come first, then all slots in one
    step, the record last. A crash leaves pictures that no slot uses: among the templates, where
    the next import finds them, or as a file that the purge removes.
    """

    slots: SlotRepoPort
    rows: MediaRepoPort
    check_slot: CheckSlot
    save_slot: SaveSlot
    take_templates: TakeTemplates

    async def __call__(
        self, file: SlotsFile, *, only: str | None = None, dry_run: bool = False, by: Actor
    ) -> Imported:
        """Import *file*, and return what that has changed.

        Args:
            file: As `slots_format.read` returns it.
            only: The id of the one slot that is imported; None: all of the file.
            dry_run: Whether nothing is to be stored.
            by: Who imports it.

        Raises:
            ValidationFailed: Naming every field that does not fit here. Nothing is changed then.
            VersionConflict: If somebody else changed one of the slots just now. Likewise.
            QueueBusy, QueueUnavailable, StorageFull, StorageUnavailable: If pictures cannot be
                looked at, or something not be read or stored. Likewise, but that what was stored
                may be missing in the record.
        """
        filed = _chosen(file, only)
        async with self.take_templates.looked_at(file, used(filed.values())) as pictures:
            drafts = await self._drafts(filed, pictures, by)
            if not dry_run:
                await self._apply(drafts, pictures, by)
            return _told(drafts, pictures)

    async def _drafts(
        self, filed: Mapping[int, FiledSlot], pictures: Pictures, by: Actor
    ) -> Sequence[_Draft]:
        slots = {slot.slot_id: slot for slot in await self.slots.all()}
        checksums = await self._checksums(slots.values())
        drafts: list[_Draft] = []
        problems: list[FieldProblem] = []
        for place, one in filed.items():
            old = slots[slot_id(one.slot_id)]
            try:
                drafts.append(self._draft(old, one, checksums, pictures, by))
            except ValidationFailed as error:
                problems += [problem.at("slots", place) for problem in error.problems]
        if problems:
            raise ValidationFailed(problems)
        return drafts

    async def _checksums(self, slots: Iterable[Slot]) -> Mapping[MediaId, str]:
        ids = {template.media_object_id for slot in slots for template in slot.template_media}
        found = {media.media_id: media.sha256 for media in await self.rows.templates(ids)}
        return {media_id: found.get(media_id, "") for media_id in ids}

    def _draft(
        self,
        old: Slot,
        filed: FiledSlot,
        checksums: Mapping[MediaId, str],
        pictures: Pictures,
        by: Actor,
    ) -> _Draft:
        new = self.save_slot.following(old, filed.over(old), by=by)
        bindings = [
            evolve(one, sha256=pictures[one.sha256].blob.sha256) for one in filed.template_media
        ]
        wanted = evolve(FiledSlot.of(new, {}), template_media=tuple(bindings))
        changes = changed(asdict(FiledSlot.of(old, checksums)), asdict(wanted))
        if changes:
            sizes = [pictures[one.sha256].blob.size for one in filed.template_media]
            new = self._checked(new, sizes)
        return _Draft(old=old, new=new, bindings=filed.template_media, changes=changes)

    def _checked(self, slot: Slot, templates: Sequence[int]) -> Slot:
        """Return *slot* as `CheckSlot`; one that is off may be half set up, but not wrongly."""
        if not slot.is_active:
            self.check_slot.check_half(slot)
        return self.check_slot.with_templates(slot, templates, thoroughly=slot.is_active)

    async def _apply(self, drafts: Sequence[_Draft], pictures: Pictures, by: Actor) -> None:
        kept = await self.take_templates.keep(pictures)
        try:
            await self._save([(one.old, one.bound(kept)) for one in drafts if one.changes], by)
        except BaseException:
            await self.take_templates.let_go(kept)
            raise
        await self.take_templates.note(kept, by=by)

    async def _save(self, drafts: Sequence[tuple[Slot, Slot]], by: Actor) -> None:
        about = {"imported": True}
        await self.save_slot.all(drafts, by=by, action=AuditAction.SLOT_CHANGED, about=about)


def _chosen(file: SlotsFile, only: str | None) -> Mapping[int, FiledSlot]:
    """Return the slots of *file* that are wanted, by their places."""
    chosen = {place: slot for place, slot in enumerate(file.slots) if only in (None, slot.slot_id)}
    if not chosen:
        raise ValidationFailed([wrong(Problem.NOT_IN_FILE).at(str(only))])
    return chosen


def _told(drafts: Sequence[_Draft], pictures: Pictures) -> Imported:
    return Imported(
        changed=[
            SlotImport(slot_id=one.new.slot_id, version=one.new.version, changes=one.changes)
            for one in drafts
            if one.changes
        ],
        unchanged=[one.old.slot_id for one in drafts if not one.changes],
        templates=len({one.blob.sha256 for one in pictures.values() if one.is_new}),
    )
