"""Media objects in a dict."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import chain

from attrs import define, evolve, field

from photochanger_core.domain.errors import MediaNotFound
from photochanger_core.domain.ids import MediaId, SlotId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.ports.media_repo import MediaRepoPort


@define
class MemoryMediaRepo(MediaRepoPort):
    """Media objects in a dict.

    Attributes:
        media: All there ever were.
    """

    media: dict[MediaId, MediaObject] = field(factory=dict, init=False)
    _bound: dict[SlotId, Sequence[MediaId]] = field(factory=dict, init=False)

    async def add(self, media: MediaObject) -> MediaObject:
        if media.use is MediaUse.TEMPLATE and (same := await self.same_template(media.sha256)):
            return same
        return self.media.setdefault(media.media_id, media)

    async def get(self, media_id: MediaId) -> MediaObject:
        try:
            return self.media[media_id]
        except KeyError:
            raise MediaNotFound from None

    async def templates(self, media_ids: Collection[MediaId]) -> Sequence[MediaObject]:
        return [media for media in self._templates() if media.media_id in media_ids]

    async def same_template(self, sha256: str) -> MediaObject | None:
        return next((media for media in self._templates() if media.sha256 == sha256), None)

    async def latest_templates(
        self, limit: int, *, before: MediaId | None = None
    ) -> Sequence[MediaObject]:
        ordered = sorted(self._templates(), key=_age, reverse=True)
        if before is not None:
            place = self.media.get(before)
            ordered = [one for one in ordered if place is not None and _age(one) < _age(place)]
        return ordered[:limit]

    async def retire(self, media_id: MediaId, at: datetime) -> bool:
        is_bound = any(media_id in ids for ids in self._bound.values())
        if is_bound or not await self.templates([media_id]):
            return False
        await self.mark_cleaned([media_id], at)
        return True

    def bind(self, templates: Mapping[SlotId, Sequence[MediaId]]) -> None:
        """Note that these are the *templates* of slots now.

        Raises:
            MediaNotFound: If one of them is not there. Nothing is changed then.
        """
        there = {one.media_id for one in self._templates()}
        if not there.issuperset(chain.from_iterable(templates.values())):
            raise MediaNotFound
        self._bound.update(templates)

    async def expired(
        self, now: datetime, limit: int, *, after: MediaObject | None = None
    ) -> Sequence[MediaObject]:
        due = [
            (media.expires_at, media.media_id)
            for media in self.media.values()
            if media.expires_at is not None and media.expires_at < now and not media.cleaned_at
        ]
        if after is not None and after.expires_at is not None:
            due = [place for place in due if place > (after.expires_at, after.media_id)]
        return [self.media[media_id] for _, media_id in sorted(due)[:limit]]

    async def kept(self, use: MediaUse, media_ids: Collection[MediaId]) -> Collection[MediaId]:
        return {
            media.media_id
            for media in self.media.values()
            if media.media_id in media_ids and media.use is use and media.cleaned_at is None
        }

    async def mark_cleaned(self, media_ids: Collection[MediaId], at: datetime) -> None:
        for media_id in media_ids:
            media = self.media.get(media_id)
            if media is not None and media.cleaned_at is None:
                self.media[media_id] = evolve(media, cleaned_at=at)

    def _templates(self) -> Sequence[MediaObject]:
        """Return the templates that are not cleaned, in the order of ids."""
        kept = (
            media
            for media in self.media.values()
            if media.use is MediaUse.TEMPLATE and media.cleaned_at is None
        )
        return sorted(kept, key=lambda media: media.media_id)


def _age(media: MediaObject) -> tuple[datetime, MediaId]:
    return media.created_at, media.media_id
