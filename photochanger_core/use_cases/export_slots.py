"""Put slots into a file, with the pictures they use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from attrs import frozen

from photochanger_core.domain.errors import (
    MediaNotFound,
    PayloadTooLarge,
    ValidationFailed,
)
from photochanger_core.domain.ids import MediaId, slot_id
from photochanger_core.domain.media import MediaObject
from photochanger_core.domain.problems import FieldProblem, Problem, wrong
from photochanger_core.domain.slot import MEGABYTE, Slot
from photochanger_core.domain.slots_file import (
    MAX_PICTURES_BYTES,
    FiledSlot,
    FiledTemplate,
    SlotsFile,
)
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort
from photochanger_core.ports.slot_repo import SlotRepoPort


@frozen(kw_only=True)
class ExportSlots:
    """Put slots into a file, with the pictures they use.

    Nothing of it is secret, or belongs to this installation alone: no passwords, keys of galleries
    or of providers, no ids of pictures, versions or moments.
    """

    slots: SlotRepoPort
    rows: MediaRepoPort
    objects: ObjectStorePort

    async def __call__(self, text: str | None = None) -> SlotsFile:
        """Return the slot with the id *text*, or all of them.

        Raises:
            SlotNotFound: If there is no such slot.
            ValidationFailed: If pictures are missing or damaged, naming where they are used.
            PayloadTooLarge: If the pictures have more than `MAX_PICTURES_BYTES`.
            QueueUnavailable, StorageUnavailable: If they cannot be read.
        """
        slots = await self.slots.all() if text is None else [await self.slots.get(slot_id(text))]
        media = await self._media(slots)
        if sum(one.size for one in media.values()) > MAX_PICTURES_BYTES:
            most = MAX_PICTURES_BYTES // MEGABYTE
            raise PayloadTooLarge(f"the templates have more than {most} MiB: export slot by slot")
        checksums = {media_id: one.sha256 for media_id, one in media.items()}
        return SlotsFile(
            slots=tuple(FiledSlot.of(slot, checksums) for slot in slots),
            templates=tuple(await self._templates(slots, media)),
        )

    async def _media(self, slots: Sequence[Slot]) -> Mapping[MediaId, MediaObject]:
        ids = {template.media_object_id for slot in slots for template in slot.template_media}
        found = {media.media_id: media for media in await self.rows.templates(ids)}
        if ids - found.keys():  # deleted between the two looks
            raise ValidationFailed(_places(slots, ids - found.keys(), Problem.NO_SUCH_TEMPLATE))
        return found

    async def _templates(
        self, slots: Sequence[Slot], media: Mapping[MediaId, MediaObject]
    ) -> list[FiledTemplate]:
        templates: list[FiledTemplate] = []
        for one in sorted(media.values(), key=lambda each: each.sha256):
            content = await self._content(one)
            if content is None or sha256(content).hexdigest() != one.sha256:
                problem = Problem.MISSING if content is None else Problem.DAMAGED
                raise ValidationFailed(_places(slots, {one.media_id}, problem))
            templates.append(
                FiledTemplate(
                    sha256=one.sha256, media_type=one.media_type, size=one.size, content=content
                )
            )
        return templates

    async def _content(self, media: MediaObject) -> bytes | None:
        try:
            picture = await self.objects.open(media)
        except MediaNotFound:
            return None
        try:
            return b"".join([chunk async for chunk in picture.chunks()])
        finally:
            await picture.close()


def _places(slots: Sequence[Slot], ids: set[MediaId], problem: Problem) -> list[FieldProblem]:
    return [
        wrong(problem).at(slot.slot_id, "template_media", place)
        for slot in slots
        for place, template in enumerate(slot.template_media)
        if template.media_object_id in ids
    ]
