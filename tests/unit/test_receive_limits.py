from __future__ import annotations

import pytest

from photochanger_core.domain.errors import (
    InvalidPassword,
    InvalidRequest,
    PayloadTooLarge,
    UnsupportedMediaType,
)
from photochanger_core.domain.problems import Problem
from photochanger_core.use_cases.receive_upload import MAX_PARTS, MAX_TEXT_BYTES
from tests.memory_world import MemoryWorld
from tests.uploads import (
    JPEG,
    LIMIT,
    PASSWORD_FIELD,
    Field,
    Line,
    about,
    photo,
    received,
    refusal,
    text,
)


@pytest.mark.parametrize("first", ["photo", "texts"])
async def test_as_many_parts_as_allowed_are_taken(world: MemoryWorld, first: str) -> None:
    texts = [text("survey", str(n).encode()) for n in range(MAX_PARTS - 1)]
    form = [photo(), *texts] if first == "photo" else [*texts, photo()]
    upload = await received(world.media, Line(form))
    assert upload.metadata == {"survey": "62"}
    await upload.photo.close()


@pytest.mark.parametrize("last", [photo(), text("survey"), text(None), PASSWORD_FIELD])
async def test_one_part_more_is_refused(world: MemoryWorld, last: Field) -> None:
    error = await refusal(world.media, *[text("survey")] * MAX_PARTS, last)
    assert error.details == about("multipart", Problem.TOO_MANY_PARTS)


@pytest.mark.parametrize("name", ["hash", "name"])
async def test_text_may_have_8_kib_and_no_byte_more(world: MemoryWorld, name: str) -> None:
    full = bytes(MAX_TEXT_BYTES)
    upload = await received(world.media, Line([text(name, full), photo()]))
    await upload.photo.close()
    error = await refusal(world.media, text(name, full + b"x"), photo())
    assert error.details == about(name, Problem.TOO_LONG)


async def test_a_long_password_is_not_even_compared(world: MemoryWorld) -> None:
    error = await refusal(world.media, text("password", bytes(MAX_TEXT_BYTES)), photo())
    assert isinstance(error, InvalidPassword)
    error = await refusal(world.media, text("password", bytes(MAX_TEXT_BYTES + 1)), photo())
    assert error.details == about("password", Problem.TOO_LONG)


async def test_long_text_is_not_read_on(world: MemoryWorld) -> None:
    line = Line([Field("name", (bytes(MAX_TEXT_BYTES), b"x", b"never", b"read")), photo()])
    with pytest.raises(InvalidRequest):
        await received(world.media, line)
    assert line.read == [bytes(MAX_TEXT_BYTES), b"x"]


async def test_a_photo_may_have_its_limit_and_no_byte_more(world: MemoryWorld) -> None:
    full = JPEG + bytes(LIMIT - len(JPEG))
    upload = await received(world.media, Line([photo(full)]))
    assert upload.photo.size == LIMIT
    await upload.photo.close()
    error = await refusal(world.media, photo(full, b"x"))
    assert isinstance(error, PayloadTooLarge)
    assert error.details == {"limit_bytes": LIMIT}


async def test_a_large_photo_is_not_read_on(world: MemoryWorld) -> None:
    line = Line([photo(JPEG, bytes(LIMIT), b"never", b"read"), PASSWORD_FIELD])
    with pytest.raises(PayloadTooLarge):
        await received(world.media, line)
    assert line.read == [JPEG, bytes(LIMIT)]


async def test_what_is_no_photo_is_refused_by_its_first_bytes(world: MemoryWorld) -> None:
    line = Line([photo(b"GIF89", b"a\x01\x00\x01\x00\x00\x00", b"never", b"read"), PASSWORD_FIELD])
    with pytest.raises(UnsupportedMediaType):
        await received(world.media, line)
    assert line.read == [b"GIF89", b"a\x01\x00\x01\x00\x00\x00"]
