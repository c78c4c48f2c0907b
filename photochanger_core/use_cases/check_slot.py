"""See whether a slot would work as it is about to be saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve, frozen

from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import FieldProblem, Problem, wrong
from photochanger_core.domain.route import Route
from photochanger_core.domain.slot import MEGABYTE, Gallery, Slot
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.provider import ProviderPort

_LEAST_PHOTO: Final = MEGABYTE
"""Bytes that templates have to leave for the photo in a provider's request."""


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
            thoroughly: Whether its providers check it. A slot that is switched off may be half set
                up, and one that is on may be given another name by whoever knows nothing of them.

        Raises:
            ValidationFailed: Naming every field that is wrong.
            QueueUnavailable: If its templates cannot be looked for.
        """
        return self.with_templates(slot, await self.template_sizes(slot), thoroughly=thoroughly)

    def with_templates(self, slot: Slot, templates: Sequence[int], *, thoroughly: bool) -> Slot:
        """Do the same where the sizes of its *templates* are known, and they are not stored yet."""
        if thoroughly:
            self._check_provider(slot, templates)
        if (slot.output_width is None) != (slot.output_height is None):
            problem = wrong(Problem.SET_TOGETHER, other="output_height")
            raise ValidationFailed([problem.at("output_width")])
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
            problem = wrong(Problem.NO_SUCH_TEMPLATE).at("media_object_id")
            raise ValidationFailed([problem.at("template_media", place) for place in missing])
        return [found[media_id] for media_id in ids]

    def check_half(self, slot: Slot) -> None:
        """Pass if what is set up of *slot* is right so far; settings and templates may be missing.

        Raises:
            ValidationFailed: Naming every field that is wrong.
        """
        errors = [*self._half_errors(slot.route)]
        if slot.fallback is not None:
            inside = self._half_errors(slot.fallback)
            errors += [problem.at("fallback") for problem in inside]
        if errors:
            raise ValidationFailed(errors)

    def _half_errors(self, route: Route) -> Iterator[FieldProblem]:
        provider = self.providers.get(route.provider)
        if provider is None:
            yield self._unknown_provider
            return
        try:
            provider.check_settings(route.operation, route.settings)
        except ValidationFailed as error:
            yield from (one for one in error.problems if _is_wrong_so_far(one, route))

    @property
    def _unknown_provider(self) -> FieldProblem:
        return wrong(Problem.NOT_ONE_OF, allowed=sorted(self.providers)).at("provider")

    def _check_provider(self, slot: Slot, templates: Sequence[int]) -> None:
        errors = [*self._route_errors(slot.route, templates)]
        if slot.fallback is not None:
            inside = self._route_errors(slot.fallback, templates)
            errors += [problem.at("fallback") for problem in inside]
            if slot.fallback.provider == slot.provider and self._asks_once(slot.route):
                errors.append(wrong(Problem.ASKED_ONLY_ONCE).at("fallback", "provider"))
        if errors:
            raise ValidationFailed(errors)

    def _asks_once(self, route: Route) -> bool:
        provider = self.providers.get(route.provider)
        operation = None if provider is None else provider.operations.get(route.operation)
        return operation is not None and operation.asks_once

    def _route_errors(self, route: Route, templates: Sequence[int]) -> Iterator[FieldProblem]:
        provider = self.providers.get(route.provider)
        if provider is None:
            yield self._unknown_provider
            return
        try:
            provider.check_settings(route.operation, route.settings, templates=len(templates))
        except ValidationFailed as error:
            yield from error.problems
        if provider.photo_limit(templates) < _LEAST_PHOTO:
            yield wrong(Problem.NO_ROOM_FOR_PHOTO).at("template_media")
        operation = provider.operations.get(route.operation)
        if operation and operation.requires_public_media and not self.has_public_address:
            yield wrong(Problem.NO_PUBLIC_ADDRESS).at("provider")


def _is_wrong_so_far(problem: FieldProblem, route: Route) -> bool:
    """Whether *problem* is one though not everything is set up: no settings are none yet."""
    return problem.field == "operation" or (
        bool(route.settings) and problem.field != "template_media"
    )
