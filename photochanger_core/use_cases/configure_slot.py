"""Change what happens to photos sent to a slot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.checks import optional
from photochanger_core.domain.errors import FieldProblem, ValidationFailed
from photochanger_core.domain.ids import slot_id
from photochanger_core.domain.route import Route
from photochanger_core.domain.slot import MEGABYTE, SLOT_CHECKS, Gallery, Slot
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.passwords import PasswordsPort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .set_password import checked, password

_ROUTE: Final = frozenset({"provider", "operation"})
_PROVIDER_FIELDS: Final = _ROUTE | {"fallback"}

_LEAST_PHOTO: Final = MEGABYTE
"""Bytes that templates have to leave for the photo in a provider's request."""

_ASKED_ONCE: Final = "must be another one: a photo is sent to this one only once"

_NO_ADDRESS: Final = (
    "fetches pictures from this server by links: set PUBLIC_BASE_URL, or PUBLIC_MEDIA_BASE_URL, "
    "to where it is reached from outside"
)


@frozen(kw_only=True)
class ConfigureSlot:
    """Change what happens to photos sent to a slot; booths see it with their next photo.

    Attributes:
        new_key: Returns what nobody can guess, for the link of a gallery.
        has_public_address: Whether providers can fetch pictures from this server.
    """

    slots: SlotRepoPort
    media: MediaRepoPort
    providers: Mapping[str, ProviderPort]
    passwords: PasswordsPort
    clock: ClockPort
    new_key: Callable[[], str]
    has_public_address: bool

    async def __call__(
        self,
        text: str,
        changes: Mapping[str, object],
        *,
        settings: Mapping[str, object],
        by: Actor,
    ) -> Slot:
        """Change the slot with the id *text* and return it.

        Args:
            text: The slot's id.
            changes: By field of `Slot`, or `ingest_password` (None: the slot has none of its own).
            settings: Settings of its provider to set; None takes one away.
            by: Who changes it.

        Raises:
            SlotNotFound: If there is no such slot.
            ValidationFailed: Naming every field that is wrong. Nothing is changed then.
            VersionConflict: If somebody else changed the slot just now.
            QueueUnavailable: If it cannot be read or stored.
        """
        changed = await self.draft(text, changes, settings=settings, by=by)
        await self.slots.save(changed)
        return changed

    async def draft(
        self,
        text: str,
        changes: Mapping[str, object],
        *,
        settings: Mapping[str, object],
        by: Actor,
    ) -> Slot:
        """Return the slot as a change would make it, without changing it. Raises as a change.

        Settings that the slot had for another provider or operation, and that the new one does
        not know, are dropped.
        """
        slot = await self.slots.get(slot_id(text))
        values = await checked(changes, SLOT_CHECKS, optional(password), self.passwords)
        changed = evolve(
            slot,
            **values,
            settings=_merged(self._kept_settings(slot, values), settings),
            version=slot.version + 1,
            updated_at=self.clock.now(),
            updated_by=by.name,
        )
        templates = await self._template_sizes(changed)
        is_switched_on = changed.is_active and not slot.is_active
        is_fed_otherwise = changed.is_active and changed.template_media != slot.template_media
        touches_provider = settings or _PROVIDER_FIELDS & changes.keys()
        if is_switched_on or is_fed_otherwise or touches_provider:
            self._check_provider(changed, templates)
        _check_size(changed)
        return self._with_gallery_key(changed)

    def _with_gallery_key(self, slot: Slot) -> Slot:
        if slot.gallery is Gallery.KEY and slot.gallery_key is None:
            return evolve(slot, gallery_key=self.new_key())
        return slot

    def _kept_settings(self, slot: Slot, changes: Mapping[str, Any]) -> Mapping[str, object]:
        route = evolve(slot.route, **{name: changes[name] for name in _ROUTE & changes.keys()})
        provider = self.providers.get(route.provider)
        if route == slot.route or provider is None or route.operation not in provider.operations:
            return slot.settings
        operation = provider.operations[route.operation]
        known = operation.schema.get("properties")
        names = known if isinstance(known, Mapping) else {}
        return {name: value for name, value in slot.settings.items() if name in names}

    async def _template_sizes(self, slot: Slot) -> Sequence[int]:
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
        errors = [*self._route_errors(slot.route, templates)]
        if slot.fallback is not None:
            inside = self._route_errors(slot.fallback, templates)
            errors += [(f"fallback.{field}", problem) for field, problem in inside]
            if slot.fallback.provider == slot.provider and self._asks_once(slot.route):
                errors.append(("fallback.provider", _ASKED_ONCE))
        if errors:
            raise ValidationFailed(errors)

    def _asks_once(self, route: Route) -> bool:
        provider = self.providers.get(route.provider)
        operation = None if provider is None else provider.operations.get(route.operation)
        return operation is not None and operation.asks_once

    def _route_errors(self, route: Route, templates: Sequence[int]) -> Iterator[FieldProblem]:
        provider = self.providers.get(route.provider)
        if provider is None:
            yield "provider", f"must be one of {sorted(self.providers)}"
            return
        try:
            provider.check_settings(route.operation, route.settings, templates=len(templates))
        except ValidationFailed as error:
            yield from error.problems
        if provider.photo_limit(templates) < _LEAST_PHOTO:
            yield "template_media", "leave no room for a photo"
        operation = provider.operations.get(route.operation)
        if operation and operation.requires_public_media and not self.has_public_address:
            yield "provider", _NO_ADDRESS


def _check_size(slot: Slot) -> None:
    if (slot.output_width is None) != (slot.output_height is None):
        raise ValidationFailed([("output_width", "and output_height belong together")])


def _merged(old: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**old, **changes}.items() if value is not None}
