"""Take in the pictures of a file of slots, or leave no trace of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import (
    CoreError,
    InvalidRequest,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
)
from photochanger_core.domain.media import MediaObject
from photochanger_core.domain.picture import MediaType
from photochanger_core.domain.problems import FieldProblem, Problem, wrong
from photochanger_core.domain.slots_file import FiledTemplate, SlotsFile
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort

from .keep_picture import Registered
from .register_template import RegisterTemplate


@frozen(kw_only=True)
class Picture:
    """A picture of a file as it is, or will be, a template here.

    Attributes:
        is_new: Whether there is no such template yet.
    """

    blob: Blob
    is_new: bool


Pictures = Mapping[str, Picture]
"""By the checksums that they have in the file: those that are stored may be others."""

Kept = Mapping[str, Registered]
"""What has become of them, likewise."""


@frozen(kw_only=True)
class TakeTemplates:
    """Take in the pictures of a file of slots, or leave no trace of them."""

    rows: MediaRepoPort
    objects: ObjectStorePort
    clock: ClockPort
    register_template: RegisterTemplate

    @asynccontextmanager
    async def looked_at(self, file: SlotsFile, wanted: Collection[str]) -> AsyncIterator[Pictures]:
        """Yield those pictures of *file* whose checksums are *wanted*, fit to be kept.

        Those that are templates here are taken as they are, as they were looked at before.

        Raises:
            ValidationFailed: Naming the first that is no picture to be used.
            CoreError: Whatever else `KeepPicture` raises.
        """
        async with AsyncExitStack() as stack:
            pictures: dict[str, Picture] = {}
            for place, template in enumerate(file.templates):
                if template.sha256 in wanted:
                    problem = wrong(Problem.UNDECODABLE).at("templates", place, "content")
                    picture = await self._picture(template, problem)
                    stack.push_async_callback(picture.blob.close)
                    pictures[template.sha256] = picture
            yield pictures

    async def keep(self, pictures: Pictures) -> Kept:
        """Return the template that each of *pictures* is or was made to.

        If it raises, or is cancelled, those that are new are removed.
        """
        kept: dict[str, Registered] = {}
        try:
            for checksum, picture in pictures.items():
                kept[checksum] = await self.register_template.keep(picture.blob)
        except BaseException:
            await self.let_go(kept)
            raise
        return kept

    async def let_go(self, kept: Kept) -> None:
        """Remove what was kept in vain, unless somebody uses it by now.

        What cannot be removed stays a template that no slot uses.
        """
        for media in _new(kept):
            with suppress(CoreError):
                if await self.rows.retire(media.media_id, self.clock.now()):
                    await self.objects.discard(media.use, media.media_id)

    async def note(self, kept: Kept, *, by: Actor) -> None:
        """Put on record what was registered."""
        for media in _new(kept):
            await self.register_template.note(media, by=by)

    async def _picture(self, template: FiledTemplate, problem: FieldProblem) -> Picture:
        blob = BytesBlob(template.content, MediaType(template.media_type))
        if await self.rows.same_template(blob.sha256):
            return Picture(blob=blob, is_new=False)
        try:
            prepared = await self.register_template.prepared(blob, name=problem.field)
        except (InvalidRequest, PayloadTooLarge, UnsupportedMediaType) as error:
            raise ValidationFailed([problem]) from error
        try:
            known = await self.rows.same_template(prepared.sha256)
        except BaseException:
            await prepared.close()
            raise
        return Picture(blob=prepared, is_new=known is None)


def _new(kept: Kept) -> list[MediaObject]:
    return [one.media for one in kept.values() if one.is_new]
