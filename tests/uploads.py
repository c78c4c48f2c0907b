"""A form that comes in: its parts, what of them was read, and what became of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Final

import pytest
from attrs import define, field, frozen

from photochanger_adapters.memory.media_store import MemoryMediaStore
from photochanger_core.domain.errors import CoreError, InvalidPassword
from photochanger_core.domain.problems import Problem
from photochanger_core.use_cases.receive_upload import Part, ReceiveUpload, Upload

JPEG: Final = b"\xff\xd8\xff\xe0" + bytes(8)
PASSWORD: Final = "123456"
LIMIT: Final = 1024


@frozen
class Field:
    """One field of a form, in the pieces in which it comes in."""

    name: str | None
    pieces: tuple[bytes, ...]
    content_type: str | None = None


def text(name: str | None, content: bytes = b"") -> Field:
    """Return a text field that comes in one piece."""
    return Field(name, (content,))


def photo(*pieces: bytes, declared: str | None = "image/jpeg") -> Field:
    """Return the photo's field; a whole JPEG if nothing else is said."""
    return Field("fileToUpload", pieces or (JPEG + b"a guest",), declared)


PASSWORD_FIELD: Final = text("password", PASSWORD.encode())


@define
class Line:
    """The connection a form comes in on.

    Attributes:
        form: Fields, and errors where they happen.
        read: Pieces that were taken off it.
    """

    form: Sequence[Field | BaseException]
    read: list[bytes] = field(factory=list, init=False)

    async def parts(self) -> AsyncIterator[Part]:
        for item in self.form:
            if isinstance(item, BaseException):
                raise item
            yield Part(
                name=item.name, content_type=item.content_type, chunks=self._chunks(item.pieces)
            )

    async def _chunks(self, pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
        for piece in pieces:
            self.read.append(piece)
            yield piece


async def check_password(password: str) -> None:
    """Let nobody in but those who know the password."""
    if password != PASSWORD:
        raise InvalidPassword


async def received(media: MemoryMediaStore, line: Line, *, size_limit: int = LIMIT) -> Upload:
    """Take the form in."""
    return await ReceiveUpload(media=media)(
        line.parts(), size_limit=size_limit, check_password=check_password
    )


async def outcome(media: MemoryMediaStore, line: Line) -> object:
    """Take the form in, and return what can be told of that; nothing stays."""
    try:
        upload = await received(media, line)
    except CoreError as error:
        return error.reason, error.details
    content = b"".join([chunk async for chunk in upload.photo.chunks()])
    await upload.photo.close()
    return content, upload.photo.media_type, upload.has_password, upload.metadata


async def refusal(media: MemoryMediaStore, *form: Field | BaseException) -> CoreError:
    """Return why a form is refused; nothing may stay of it."""
    with pytest.raises(CoreError) as caught:
        await received(media, Line(form))
    assert media.handles == 0
    return caught.value


def about(field: str, problem: Problem) -> dict[str, object]:
    """Return what a caller is told of a bad field."""
    return {"field": field, "problem": problem.value}


def split(content: bytes, cuts: Sequence[int]) -> tuple[bytes, ...]:
    """Return *content* in pieces, cut at *cuts*; some may be empty."""
    return tuple(_pieces(content, sorted(cut % (len(content) + 1) for cut in cuts)))


def _pieces(content: bytes, cuts: Sequence[int]) -> Iterator[bytes]:
    start = 0
    for cut in cuts:
        yield content[start:cut]
        start = cut
    yield content[start:]
