from __future__ import annotations

import asyncio

import pytest

from photochanger_core.domain.errors import (
    CoreError,
    InvalidPassword,
    InvalidRequest,
    PayloadTooLarge,
    Problem,
    StorageFull,
    UnsupportedMediaType,
)
from photochanger_core.use_cases.receive_upload import MAX_PARTS, MAX_TEXT_BYTES
from tests.memory_world import MemoryWorld
from tests.uploads import JPEG, LIMIT, Field, Line, photo, received, text

MAGIC = {
    "image/jpeg": JPEG,
    "image/png": b"\x89PNG\r\n\x1a\n" + bytes(4),
    "image/webp": b"RIFF\x04\x00\x00\x00WEBP",
}
PASSWORD = text("password", b"123456")


async def refusal(world: MemoryWorld, *form: Field | BaseException) -> CoreError:
    """Return why a form is refused; nothing may stay of it."""
    with pytest.raises(CoreError) as caught:
        await received(world.media, Line(form))
    assert world.media.handles == 0
    return caught.value


def about(field: str, problem: Problem) -> dict[str, object]:
    return {"field": field, "problem": problem.value}


@pytest.mark.parametrize("declared", [None, *MAGIC])
@pytest.mark.parametrize("kind", MAGIC)
async def test_a_photo_comes_in_whole(world: MemoryWorld, kind: str, declared: str | None) -> None:
    upload = await received(world.media, Line([photo(MAGIC[kind], b"rest", declared=declared)]))
    assert upload.photo.media_type == kind
    assert b"".join([c async for c in upload.photo.chunks()]) == MAGIC[kind] + b"rest"
    assert (upload.has_password, upload.metadata) == (False, {})
    await upload.photo.close()
    assert world.media.handles == 0


async def test_what_a_booth_says_becomes_metadata(world: MemoryWorld) -> None:
    form = [text("name", "Игорь".encode()), text("", b"nameless"), PASSWORD, text("hash"), photo()]
    upload = await received(world.media, Line(form))
    assert upload.metadata == {"name": "Игорь", "": "nameless"}
    assert upload.has_password
    await upload.photo.close()


async def test_text_of_any_encoding_is_taken(world: MemoryWorld) -> None:
    form = [text("name", "Игорь".encode("cp1251")), photo()]
    upload = await received(world.media, Line(form))
    assert upload.metadata == {"name": "\ufffd" * 5}
    await upload.photo.close()


@pytest.mark.parametrize(
    "name", ["slot_id", "job_id", "status", "metadata", "photo", "size_limit", "Password", "HASH"]
)
async def test_no_field_shadows_anything(world: MemoryWorld, name: str) -> None:
    upload = await received(world.media, Line([photo(), text(name, b"x"), PASSWORD]))
    assert upload.metadata == {name: "x"}
    assert upload.has_password
    await upload.photo.close()


@pytest.mark.parametrize("first", ["photo", "texts"])
async def test_as_many_parts_as_allowed_are_taken(world: MemoryWorld, first: str) -> None:
    texts = [text("survey", str(n).encode()) for n in range(MAX_PARTS - 1)]
    form = [photo(), *texts] if first == "photo" else [*texts, photo()]
    upload = await received(world.media, Line(form))
    assert upload.metadata == {"survey": "62"}
    await upload.photo.close()


@pytest.mark.parametrize("last", [photo(), text("survey"), text(None), PASSWORD])
async def test_one_part_more_is_refused(world: MemoryWorld, last: Field) -> None:
    error = await refusal(world, *[text("survey")] * MAX_PARTS, last)
    assert error.details == about("multipart", Problem.TOO_MANY_PARTS)


@pytest.mark.parametrize("name", ["hash", "name"])
async def test_text_may_have_8_kib_and_no_byte_more(world: MemoryWorld, name: str) -> None:
    full = bytes(MAX_TEXT_BYTES)
    upload = await received(world.media, Line([text(name, full), photo()]))
    await upload.photo.close()
    error = await refusal(world, text(name, full + b"x"), photo())
    assert error.details == about(name, Problem.TOO_LONG)


async def test_a_long_password_is_not_even_compared(world: MemoryWorld) -> None:
    error = await refusal(world, text("password", bytes(MAX_TEXT_BYTES)), photo())
    assert isinstance(error, InvalidPassword)
    error = await refusal(world, text("password", bytes(MAX_TEXT_BYTES + 1)), photo())
    assert error.details == about("password", Problem.TOO_LONG)


async def test_long_text_is_not_read_on(world: MemoryWorld) -> None:
    line = Line([Field("name", (bytes(MAX_TEXT_BYTES), b"x", b"never", b"read")), photo()])
    with pytest.raises(InvalidRequest):
        await received(world.media, line)
    assert line.read == [bytes(MAX_TEXT_BYTES), b"x"]


@pytest.mark.parametrize("twice", [photo(), PASSWORD, text("hash")])
async def test_what_may_come_once_is_refused_the_second_time(
    world: MemoryWorld, twice: Field
) -> None:
    error = await refusal(world, twice, text("name"), twice, photo())
    assert error.details == about(str(twice.name), Problem.REPEATED)


async def test_other_fields_may_be_repeated(world: MemoryWorld) -> None:
    form = [text("survey", b"1"), photo(), text("survey", b"2")]
    upload = await received(world.media, Line(form))
    assert upload.metadata == {"survey": "2"}
    await upload.photo.close()


async def test_a_part_without_a_name_is_refused(world: MemoryWorld) -> None:
    error = await refusal(world, photo(), text(None, b"x"))
    assert error.details == about("multipart", Problem.MALFORMED)


@pytest.mark.parametrize("form", [[], [PASSWORD], [text("file", JPEG)], [text("FileToUpload")]])
async def test_a_form_without_a_photo_is_refused(world: MemoryWorld, form: list[Field]) -> None:
    error = await refusal(world, *form)
    assert error.details == about("fileToUpload", Problem.MISSING)


@pytest.mark.parametrize("empty", [photo(b""), photo(b"", b""), Field("fileToUpload", ())])
async def test_an_empty_photo_is_refused(world: MemoryWorld, empty: Field) -> None:
    error = await refusal(world, empty, PASSWORD)
    assert error.details == about("fileToUpload", Problem.EMPTY)


async def test_a_photo_may_have_its_limit_and_no_byte_more(world: MemoryWorld) -> None:
    full = JPEG + bytes(LIMIT - len(JPEG))
    upload = await received(world.media, Line([photo(full)]))
    assert upload.photo.size == LIMIT
    await upload.photo.close()
    error = await refusal(world, photo(full, b"x"))
    assert isinstance(error, PayloadTooLarge)
    assert error.details == {"limit_bytes": LIMIT}


async def test_a_large_photo_is_not_read_on(world: MemoryWorld) -> None:
    line = Line([photo(JPEG, bytes(LIMIT), b"never", b"read"), PASSWORD])
    with pytest.raises(PayloadTooLarge):
        await received(world.media, line)
    assert line.read == [JPEG, bytes(LIMIT)]


async def test_what_is_no_photo_is_refused_by_its_first_bytes(world: MemoryWorld) -> None:
    line = Line([photo(b"GIF89", b"a\x01\x00\x01\x00\x00\x00", b"never", b"read"), PASSWORD])
    with pytest.raises(UnsupportedMediaType):
        await received(world.media, line)
    assert line.read == [b"GIF89", b"a\x01\x00\x01\x00\x00\x00"]


@pytest.mark.parametrize("content", [b"G", b"GIF89a", b"\xff\xd8", b"RIFF1234WEB"])
async def test_a_stump_is_no_photo(world: MemoryWorld, content: bytes) -> None:
    assert isinstance(await refusal(world, photo(content)), UnsupportedMediaType)


@pytest.mark.parametrize(
    "declared", ["image/gif", "image/heic", "application/octet-stream", "text/plain", "", "image"]
)
async def test_what_is_declared_as_something_else_is_not_read(
    world: MemoryWorld, declared: str
) -> None:
    line = Line([photo(declared=declared), PASSWORD])
    with pytest.raises(UnsupportedMediaType):
        await received(world.media, line)
    assert line.read == []
    assert world.media.handles == 0


async def test_a_wrong_password_stops_the_upload(world: MemoryWorld) -> None:
    line = Line([text("password", b"654321"), photo()])
    with pytest.raises(InvalidPassword):
        await received(world.media, line)
    assert line.read == [b"654321"]


@pytest.mark.parametrize(
    "error",
    [InvalidRequest("body", Problem.MALFORMED), ConnectionResetError(), asyncio.CancelledError()],
)
@pytest.mark.parametrize("before", [[], [photo()], [PASSWORD, photo(), text("name")]])
async def test_nothing_stays_of_a_form_that_breaks_off(
    world: MemoryWorld, before: list[Field], error: BaseException
) -> None:
    with pytest.raises(type(error)):
        await received(world.media, Line([*before, error]))
    assert world.media.handles == 0


async def test_nothing_stays_when_the_disk_is_full(world: MemoryWorld) -> None:
    world.media.failing = StorageFull()
    assert await refusal(world, photo()) is world.media.failing
