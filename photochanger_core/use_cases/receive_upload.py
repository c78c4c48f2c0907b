"""Take in a booth's form while it streams."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Final

from attrs import Factory, define, frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import InvalidRequest, PayloadTooLarge, UnsupportedMediaType
from photochanger_core.domain.picture import SNIFF_BYTES, MediaType, sniff
from photochanger_core.domain.problems import Problem
from photochanger_core.ports.media_store import MediaStorePort, Spool

PHOTO: Final = "fileToUpload"
PASSWORD: Final = "password"  # noqa: S105 - the field's name
HASH: Final = "hash"
_ONCE: Final = frozenset({PHOTO, PASSWORD, HASH})

MAX_PARTS: Final = 64
MAX_TEXT_BYTES: Final = 8 * 1024


@frozen(kw_only=True)
class Part:
    """One part of a form, as it comes in.

    Attributes:
        content_type: As declared, without parameters, lower case; None: not declared.
        chunks: Its content; read before the next part, or not at all.
    """

    name: str | None
    content_type: str | None
    chunks: AsyncIterator[bytes]


@frozen(kw_only=True)
class Upload:
    """A form that came in whole.

    Attributes:
        photo: The guest; whoever has the upload closes it.
        hash: What the booth says of the photo.
        metadata: What else the booth sent.
    """

    photo: Blob
    has_password: bool
    hash: str | None
    metadata: Mapping[str, str]


@frozen(kw_only=True)
class ReceiveUpload:
    """Take in a booth's form while it streams, its parts in any order. Nothing stays on failure."""

    media: MediaStorePort

    async def __call__(
        self,
        parts: AsyncIterator[Part],
        *,
        size_limit: int,
        check_password: Callable[[str], Awaitable[None]],
    ) -> Upload:
        """Return the upload.

        Args:
            parts: May raise InvalidRequest where the form is broken.
            size_limit: Bytes the photo may have.
            check_password: Called as soon as the password is there; raises if it is wrong.

        Raises:
            InvalidRequest: Naming the field that is missing, empty, repeated or too long.
            PayloadTooLarge: As soon as the photo is over its limit.
            UnsupportedMediaType: As soon as the photo is seen to be none, or declared as none.
            StorageFull, StorageUnavailable: If the photo cannot be put anywhere.
        """
        form = _Form(spool=self.media.spool(), size_limit=size_limit, check_password=check_password)
        try:
            async for part in parts:
                await form.take(part)
            return await form.upload()
        except BaseException:
            await form.spool.close()
            raise


@define
class _Form:
    """The form so far."""

    spool: Spool
    size_limit: int
    check_password: Callable[[str], Awaitable[None]]
    count: int = 0
    seen: set[str] = Factory(set)
    media_type: MediaType | None = None
    hash: str | None = None
    metadata: dict[str, str] = Factory(dict)

    async def take(self, part: Part) -> None:
        self._count(part)
        if part.name == PHOTO:
            self.media_type = await take_picture(part, self.spool, size_limit=self.size_limit)
        elif part.name == PASSWORD:
            await self.check_password(await _text(part))
        elif part.name == HASH:
            self.hash = await _text(part)
        else:
            self.metadata[str(part.name)] = await _text(part)

    def _count(self, part: Part) -> None:
        self.count += 1
        if self.count > MAX_PARTS:
            raise InvalidRequest("multipart", Problem.TOO_MANY_PARTS)
        if part.name is None:
            raise InvalidRequest("multipart", Problem.MALFORMED, "a part without a name")
        if part.name in _ONCE & self.seen:
            raise InvalidRequest(part.name, Problem.REPEATED)
        self.seen.add(part.name)

    async def upload(self) -> Upload:
        if self.media_type is None:
            raise InvalidRequest(PHOTO, Problem.MISSING)
        return Upload(
            photo=await self.spool.finish(self.media_type),
            has_password=PASSWORD in self.seen,
            hash=self.hash,
            metadata=self.metadata,
        )


async def take_picture(part: Part, spool: Spool, *, size_limit: int) -> MediaType:
    """Write the picture that *part* is to *spool* and return its type, by its first bytes.

    Raises:
        InvalidRequest: If the part is empty.
        PayloadTooLarge: As soon as it has more than *size_limit* bytes.
        UnsupportedMediaType: As soon as it is seen to be no picture, or declared as none.
        StorageFull, StorageUnavailable: If it cannot be written.
    """
    _check_declared(part.content_type)
    gauge = _Gauge(field=str(part.name), limit=size_limit)
    async for chunk in part.chunks:
        gauge.add(chunk)
        await spool.write(chunk)
    return gauge.media_type()


async def content_of(part: Part, *, most: int) -> bytes:
    """Return what a part that is no picture holds.

    Raises:
        InvalidRequest: If it has more than *most* bytes.
    """
    content = bytearray()
    async for chunk in part.chunks:
        content += chunk
        if len(content) > most:
            raise InvalidRequest(str(part.name), Problem.TOO_LONG, "a text field")
    return bytes(content)


@define
class _Gauge:
    """Size and type of a picture while it streams."""

    field: str
    limit: int
    size: int = 0
    head: bytes = b""

    def add(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if len(self.head) < SNIFF_BYTES:
            self.head += chunk[:SNIFF_BYTES]
            if len(self.head) >= SNIFF_BYTES:
                self.media_type()
        if self.size > self.limit:
            raise PayloadTooLarge("more bytes than allowed", details={"limit_bytes": self.limit})

    def media_type(self) -> MediaType:
        if not self.size:
            raise InvalidRequest(self.field, Problem.EMPTY)
        media_type = sniff(self.head)
        if media_type is None:
            raise UnsupportedMediaType("no JPEG, PNG or WebP by its first bytes")
        return media_type


def _check_declared(content_type: str | None) -> None:
    if content_type is not None and content_type not in set(MediaType):
        raise UnsupportedMediaType(f"declared as {content_type}")


async def _text(part: Part) -> str:
    """Return a text field; booths send any encoding, so what is no UTF-8 is replaced."""
    return (await content_of(part, most=MAX_TEXT_BYTES)).decode(errors="replace")
