"""Tell administrators of the templates there are."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from photochanger_core.domain.errors import MediaNotFound, ValidationFailed
from photochanger_core.domain.ids import MediaId, SlotId, media_id
from photochanger_core.domain.media import MediaKind, MediaObject
from photochanger_core.domain.problems import Problem, wrong
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort


@frozen(kw_only=True)
class TemplateUse:
    """A slot that uses a template, and as what."""

    slot_id: SlotId
    media_kind: MediaKind


@frozen(kw_only=True)
class TemplateView:
    """A template, and where it is used."""

    media: MediaObject
    uses: Sequence[TemplateUse]


@frozen(kw_only=True)
class TemplateList:
    """Templates, the youngest first, and whether there are older ones."""

    templates: Sequence[TemplateView]
    has_more: bool


def uses_of(media: MediaObject, slots: Sequence[Slot]) -> Sequence[TemplateUse]:
    """Return where *slots* use a template, in their order."""
    return [
        TemplateUse(slot_id=slot.slot_id, media_kind=template.media_kind)
        for slot in slots
        for template in slot.template_media
        if template.media_object_id == media.media_id
    ]


@frozen(kw_only=True)
class ListTemplates:
    """Tell administrators of the templates there are."""

    rows: MediaRepoPort
    slots: SlotRepoPort

    async def __call__(self, *, limit: int, before: str | None) -> TemplateList:
        """Return up to *limit* templates.

        Args:
            limit: At most.
            before: The id of a template: only those that come after it; None: all.

        Raises:
            ValidationFailed: If *before* is no id.
            QueueUnavailable: If they cannot be read.
        """
        place = None if before is None else _place(before)
        found = await self.rows.latest_templates(limit + 1, before=place)
        slots = await self.slots.all()
        views = [TemplateView(media=media, uses=uses_of(media, slots)) for media in found[:limit]]
        return TemplateList(templates=views, has_more=len(found) > limit)


def _place(text: str) -> MediaId:
    try:
        return media_id(text)
    except MediaNotFound:
        raise ValidationFailed([wrong(Problem.NOT_A_PAGE).at("before")]) from None
