"""See whether a slot would work as it is about to be saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from attrs import evolve, frozen

from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.route import Route
from photochanger_core.domain.slot import MEGABYTE, Gallery, Slot
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.provider import ProviderPort

_LEAST_PHOTO: Final = MEGABYTE
"""Bytes that templates have to leave for the photo in a provider's request."""

_NO_ADDRESS: Final = (
    "fetches pictures from this server by links: set PUBLIC_BASE_URL, or PUBLIC_MEDIA_BASE_URL, "
    "to where it is reached from outside"
)


@frozen(kw_only=True)
class CheckSlot:
    """See whether a slot would work as it is about to be saved.

    Attributes:
        new_key: Returns what nobody can guess, for the link of a gallery.
        has_public_address: Whether providers can fetch pictures from this server.
    """

    media: MediaRepoPort
    providers: Mapping[str, ProviderPort]
    new_key: Callable[[], str]
    has_public_address: bool

    async def __call__(self, slot: Slot, *, thoroughly: bool) -> Slot:
        """Return *slot*, with a key for its gallery if it needs one and has none.

        Args:
            slot: As it is to be.
            thoroughly: Whether its providers check it though it is switched off: until then it
                may be half set up.

        Raises:
            ValidationFailed: Naming every field that is wrong.
            QueueUnavailable: If its templates cannot be looked for.
        """
        templates = await self.template_sizes(slot)
        if slot.is_active or thoroughly:
            self._check_provider(slot, templates)
        if (slot.output_width is None) != (slot.output_height is None):
            raise ValidationFailed([("output_width", "and output_height belong together")])
        if slot.gallery is Gallery.KEY and slot.gallery_key is None:
            return evolve(slot, gallery_key=self.new_key())
        return slot

    async def template_sizes(self, slot: Slot) -> Sequence[int]:
        """Return the bytes that the templates of *slot* have.

        Raises:
            ValidationFailed: Naming those that are not there.
        """
        ids = [template.media_object_id for template in slot.template_media]
        found = {media.media_id: media.size for media in await self.media.templates(ids)}
        missing = [place for place, media_id in enumerate(ids) if media_id not in found]
        if missing:
            raise ValidationFailed(
                [(f"template_media[{place}].media_object_id", "is unknown") for place in missing]
            )
        return [found[media_id] for media_id in ids]

    def _check_provider(self, slot: Slot, templates: Sequence[int]) -> None:
        self._check_route(slot.route, templates)
        if slot.fallback is not None:
            try:
                self._check_route(slot.fallback, templates)
            except ValidationFailed as error:
                raise error.below("fallback") from error

    def _check_route(self, route: Route, templates: Sequence[int]) -> None:
        provider = self.providers.get(route.provider)
        if provider is None:
            raise ValidationFailed([("provider", f"must be one of {sorted(self.providers)}")])
        provider.check_settings(route.operation, route.settings, templates=len(templates))
        if provider.photo_limit(templates) < _LEAST_PHOTO:
            raise ValidationFailed([("template_media", "leave no room for a photo")])
        operation = provider.operations.get(route.operation)
        if operation and operation.requires_public_media and not self.has_public_address:
            raise ValidationFailed([("provider", _NO_ADDRESS)])
