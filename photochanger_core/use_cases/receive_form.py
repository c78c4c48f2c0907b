"""Take in an administrator's form while it streams."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from attrs import Factory, define, field, frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import (
    CoreError,
    InvalidRequest,
    PayloadTooLarge,
    UnsupportedMediaType,
    UploadTimeout,
)
from photochanger_core.domain.picture import MediaType
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.slot import MAX_SIZE_LIMIT
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_store import MediaStorePort, Spool

from .receive_upload import Part, content_of, take_picture
from .receiving import Receiving

_SECONDS: Final = 60.0

MOST_PARTS: Final = 400
"""Of a form: as many fields as it may have without a picture."""


@frozen(kw_only=True)
class FormShape:
    """What a form may have in it; everything else is refused.

    Attributes:
        file: The name of the part that is a picture.
        texts: Bytes that other parts may have, by name.
        others: Bytes that parts with any other name may have, names and contents of all of them
            together. With such parts, a picture that is none does not stop the form: people have
            filled in what comes along.
    """

    file: str
    texts: Mapping[str, int] = field(factory=dict)
    others: int = 0


@frozen(kw_only=True)
class Form:
    """A form that came in whole.

    Attributes:
        texts: The other parts, as they came.
        refusal: Why there is no picture, if one was sent.
    """

    shape: FormShape
    file: Blob | None
    texts: Mapping[str, bytes]
    refusal: CoreError | None = None

    @property
    def picture(self) -> Blob:
        """The picture, which stays the form's.

        Raises:
            InvalidRequest: If there is none.
            CoreError: If what was sent is none.
        """
        if self.refusal is not None:
            raise self.refusal
        if self.file is None:
            raise InvalidRequest(self.shape.file, Problem.MISSING)
        return self.file


@frozen(kw_only=True)
class ReceiveForm:
    """Take in an administrator's form while it streams. Nothing stays, in the end or on failure.

    Attributes:
        receiving: How many forms are on their way: apart from those of booths, so that neither
            keeps the other waiting.
    """

    media: MediaStorePort
    clock: ClockPort
    receiving: Receiving

    @asynccontextmanager
    async def __call__(self, parts: AsyncIterator[Part], shape: FormShape) -> AsyncIterator[Form]:
        """Yield the form that *parts* are; its picture is closed on leaving.

        Raises:
            InvalidRequest: Naming the part that is unknown, repeated, empty or too long.
            PayloadTooLarge: As soon as the picture has more than 20 MiB.
            UnsupportedMediaType: As soon as it is seen to be none.
            UploadTimeout: If the form is not complete within a minute.
            QueueBusy: If too many others are on their way.
            StorageFull, StorageUnavailable: If it cannot be put anywhere.
        """
        form = await self._received(parts, shape)
        try:
            yield form
        finally:
            if form.file is not None:
                await form.file.close()

    async def _received(self, parts: AsyncIterator[Part], shape: FormShape) -> Form:
        coming = _Coming(shape=shape, spool=self.media.spool(), room=shape.others)
        try:
            with self.receiving.one():
                async with self.clock.until(self.clock.monotonic() + _SECONDS):
                    async for part in parts:
                        await coming.take(part)
                    return await coming.form()
        except DeadlinePassed:
            await coming.spool.close()
            raise UploadTimeout from None
        except BaseException:
            await coming.spool.close()
            raise


@define(kw_only=True)
class _Coming:
    """The form so far."""

    shape: FormShape
    spool: Spool
    room: int
    media_type: MediaType | None = None
    refusal: CoreError | None = None
    texts: dict[str, bytes] = Factory(dict)
    seen: set[str] = Factory(set)

    async def take(self, part: Part) -> None:
        name = part.name
        if name is None:
            raise InvalidRequest("multipart", Problem.MALFORMED, "a part without a name")
        if name in self.seen:
            raise InvalidRequest(name, Problem.REPEATED)
        if len(self.seen) == MOST_PARTS:
            raise InvalidRequest("multipart", Problem.TOO_MANY_PARTS)
        self.seen.add(name)
        if name == self.shape.file:
            await self._take_picture(part)
        elif name in self.shape.texts:
            self.texts[name] = await content_of(part, most=self.shape.texts[name])
        elif self.shape.others:
            await self._take_other(name, part)
        else:
            raise InvalidRequest(name, Problem.UNKNOWN)

    async def _take_picture(self, part: Part) -> None:
        try:
            self.media_type = await take_picture(part, self.spool, size_limit=MAX_SIZE_LIMIT)
        except (InvalidRequest, PayloadTooLarge, UnsupportedMediaType) as error:
            if not self.shape.others:
                raise
            self.refusal = error

    async def _take_other(self, name: str, part: Part) -> None:
        self.room -= len(name)
        self.texts[name] = await content_of(part, most=self.room)
        self.room -= len(self.texts[name])

    async def form(self) -> Form:
        if self.media_type is None:
            await self.spool.close()
            return Form(shape=self.shape, file=None, texts=self.texts, refusal=self.refusal)
        file = await self.spool.finish(self.media_type)
        return Form(shape=self.shape, file=file, texts=self.texts)
