"""See whether the templates of active slots are pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.checkup import Finding, Sign, failure, well
from photochanger_core.domain.errors import MediaNotFound, StorageUnavailable
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject
from photochanger_core.domain.picture import BadPicture
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .draw_picture import DrawPicture

TEMPLATES: Final = "templates"


@frozen(kw_only=True)
class ExamineTemplates:
    """See whether the templates of active slots are there, and can be decoded."""

    slots: SlotRepoPort
    rows: MediaRepoPort
    objects: ObjectStorePort
    draw_picture: DrawPicture

    async def __call__(self) -> Sequence[Finding]:
        """Return what was found.

        Raises:
            QueueUnavailable, StorageFull, StorageUnavailable, QueueBusy: If it cannot be told.
        """
        users = await self._users()
        rows = await self.rows.templates(users) if users else []
        found = {media.media_id: media for media in rows}
        trouble = [
            failure(slots[0], sign, template=media_id, slots=", ".join(slots))
            for media_id, slots in users.items()
            if (sign := await self._trouble(found.get(media_id)))
        ]
        if users and not trouble:
            return [well(TEMPLATES, Sign.TEMPLATES_OK, count=len(users))]
        return trouble

    async def _users(self) -> Mapping[MediaId, Sequence[str]]:
        """Return every template of an active slot, with those that use it."""
        users: dict[MediaId, list[str]] = {}
        for slot in await self.slots.all():
            for template in slot.template_media if slot.is_active else ():
                slots = users.setdefault(template.media_object_id, [])
                slots.extend([slot.slot_id] if slot.slot_id not in slots else [])
        return users

    async def _trouble(self, media: MediaObject | None) -> Sign | None:
        if media is None:
            return Sign.TEMPLATE_MISSING
        try:
            picture = await self.objects.open(media)
        except MediaNotFound:
            return Sign.TEMPLATE_MISSING
        except StorageUnavailable:
            return Sign.TEMPLATE_BROKEN
        try:
            preview = await self.draw_picture.preview(picture)
        except BadPicture:
            return Sign.TEMPLATE_BROKEN
        finally:
            await picture.close()
        await preview.close()
        return None
