"""Make a guest's photo fit for a slot's providers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.picture import PictureFacts
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.provider import ProviderPort

from .draw_picture import DrawPicture

_NO_LIMIT: Final = 2**63


@frozen(kw_only=True)
class PreparePhoto:
    """Make a guest's photo fit for a slot's providers: upright, bare of metadata, small enough."""

    providers: Mapping[str, ProviderPort]
    draw_picture: DrawPicture

    async def __call__(
        self, photo: Blob, slot: Slot, *, templates: Sequence[Blob] = (), seconds: float
    ) -> tuple[Blob, PictureFacts]:
        """Return the photo as providers get it, to be closed, and what it is.

        Args:
            photo: As it came.
            slot: Whose providers get it.
            templates: What they get along with it.
            seconds: It may take.

        Raises:
            UnsupportedMediaType, PayloadTooLarge, InvalidRequest: If it is no picture to be used.
            StorageFull, StorageUnavailable: If there is no place for it.
        """
        return await self.draw_picture.of_photo(
            photo,
            max_edge=slot.max_input_edge,
            max_bytes=self._limit(slot, [template.size for template in templates]),
            seconds=seconds,
        )

    def _limit(self, slot: Slot, templates: Sequence[int]) -> int:
        routes = (slot.route, slot.fallback)
        asked = (self.providers.get(route.provider) for route in routes if route is not None)
        limits = (each.photo_limit(templates) for each in asked if each is not None)
        return min(limits, default=_NO_LIMIT)
