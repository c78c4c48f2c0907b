"""Make pictures of pictures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import (
    CoreError,
    InvalidRequest,
    PayloadTooLarge,
    ProviderBadResponse,
    ProviderNoPicture,
    QueueBusy,
    UnsupportedMediaType,
)
from photochanger_core.domain.picture import BadPicture, Finish, PictureFacts, PictureProblem
from photochanger_core.domain.problems import Problem
from photochanger_core.ports.images import Drawn, ImagesPort
from photochanger_core.ports.media_store import MediaStorePort, Spool

from .receive_upload import PHOTO

_PREVIEW_SECONDS: Final = 10.0


@frozen(kw_only=True)
class DrawPicture:
    """Make pictures of pictures. What comes back is to be closed, what was given stays."""

    images: ImagesPort
    media: MediaStorePort

    async def of_photo(
        self,
        photo: Blob,
        *,
        max_edge: int,
        max_bytes: int,
        seconds: float,
        name: str = PHOTO,
    ) -> tuple[Blob, PictureFacts]:
        """Return a guest's photo as providers get it, and what it is: see `ImagesPort.prepare`.

        Args:
            photo: As it came.
            max_edge: In pixels.
            max_bytes: As the port has it.
            seconds: It may take.
            name: What the caller calls it, for the error.

        Raises:
            UnsupportedMediaType, PayloadTooLarge, InvalidRequest: If it is no picture to be used.
            DeadlinePassed: If *seconds* are over.
            StorageFull, StorageUnavailable: If there is no place for it.
        """

        async def prepare(into: Spool) -> Drawn:
            return await self.images.prepare(
                photo, into=into, max_edge=max_edge, max_bytes=max_bytes, seconds=seconds
            )

        try:
            return await self._drawn(photo, prepare)
        except BadPicture as bad:
            raise _photo_error(bad, name) from bad

    async def of_answer(self, answer: Blob, finish: Finish, *, seconds: float) -> Blob:
        """Return what a provider made, finished: see `ImagesPort.render`.

        Raises:
            ProviderNoPicture: If it is no picture to be used.
            ProviderBadResponse: If it is too large or too slow, as another one would be.
            DeadlinePassed: If *seconds* are over.
            StorageFull, StorageUnavailable: If there is no place for it.
        """

        async def render(into: Spool) -> Drawn:
            return await self.images.render(answer, into=into, finish=finish, seconds=seconds)

        try:
            return (await self._drawn(answer, render))[0]
        except BadPicture as bad:
            raise _answer_error(bad) from bad

    async def preview(self, picture: Blob) -> Blob:
        """Return a small picture of *picture*.

        Raises:
            BadPicture: If it cannot be decoded.
            QueueBusy: If too many others are waiting for previews.
            StorageFull, StorageUnavailable: If there is no place for it.
        """

        async def preview(into: Spool) -> Drawn:
            return await self.images.preview(picture, into=into, seconds=_PREVIEW_SECONDS)

        try:
            return (await self._drawn(picture, preview))[0]
        except DeadlinePassed:
            raise QueueBusy("too many previews are asked for") from None

    async def _drawn(
        self, picture: Blob, draw: Callable[[Spool], Awaitable[Drawn]]
    ) -> tuple[Blob, PictureFacts]:
        into = self.media.spool()
        try:
            drawn = await draw(into)
            if drawn.is_changed:
                return await into.finish(drawn.facts.media_type), drawn.facts
        except BaseException:
            await into.close()
            raise
        await into.close()
        return picture.again(), drawn.facts


def _answer_error(bad: BadPicture) -> ProviderBadResponse:
    again_in_vain = bad.problem in (PictureProblem.TOO_LARGE, PictureProblem.TOO_SLOW)
    kind = ProviderBadResponse if again_in_vain else ProviderNoPicture
    return kind(f"the answer's picture is {bad}")


def _photo_error(bad: BadPicture, name: str) -> CoreError:
    match bad.problem:
        case PictureProblem.UNSUPPORTED:
            return UnsupportedMediaType(str(bad))
        case PictureProblem.TOO_LARGE:
            return PayloadTooLarge(str(bad))
    return InvalidRequest(name, Problem.UNDECODABLE, str(bad))
