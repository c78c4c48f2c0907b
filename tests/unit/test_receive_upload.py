from __future__ import annotations

import asyncio

import pytest

from photochanger_core.domain.errors import (
    InvalidPassword,
    InvalidRequest,
    StorageFull,
    UnsupportedMediaType,
)
from photochanger_core.domain.problems import Problem
from tests.memory_world import MemoryWorld
from tests.uploads import (
    JPEG,
    PASSWORD_FIELD,
    Field,
    Line,
    about,
    photo,
    received,
    refusal,
    text,
)

MAGIC = {
    "image/jpeg": JPEG,
    "image/png": b"\x89PNG\r\n\x1a\n" + bytes(4),
    "image/webp": b"RIFF\x04\x00\x00\x00WEBP",
}


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
    form = [
        text("name", "Игорь".encode()),
        text("", b"nameless"),
        PASSWORD_FIELD,
        text("hash"),
        photo(),
    ]
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
    upload = await received(world.media, Line([photo(), text(name, b"x"), PASSWORD_FIELD]))
    assert upload.metadata == {name: "x"}
    assert upload.has_password
    await upload.photo.close()


@pytest.mark.parametrize("twice", [photo(), PASSWORD_FIELD, text("hash")])
async def test_what_may_come_once_is_refused_the_second_time(
    world: MemoryWorld, twice: Field
) -> None:
    error = await refusal(world.media, twice, text("name"), twice, photo())
    assert error.details == about(str(twice.name), Problem.REPEATED)


async def test_other_fields_may_be_repeated(world: MemoryWorld) -> None:
    form = [text("survey", b"1"), photo(), text("survey", b"2")]
    upload = await received(world.media, Line(form))
    assert upload.metadata == {"survey": "2"}
    await upload.photo.close()


async def test_a_part_without_a_name_is_refused(world: MemoryWorld) -> None:
    error = await refusal(world.media, photo(), text(None, b"x"))
    assert error.details == about("multipart", Problem.MALFORMED)


@pytest.mark.parametrize(
    "form", [[], [PASSWORD_FIELD], [text("file", JPEG)], [text("FileToUpload")]]
)
async def test_a_form_without_a_photo_is_refused(world: MemoryWorld, form: list[Field]) -> None:
    error = await refusal(world.media, *form)
    assert error.details == about("fileToUpload", Problem.MISSING)


@pytest.mark.parametrize("empty", [photo(b""), photo(b"", b""), Field("fileToUpload", ())])
async def test_an_empty_photo_is_refused(world: MemoryWorld, empty: Field) -> None:
    error = await refusal(world.media, empty, PASSWORD_FIELD)
    assert error.details == about("fileToUpload", Problem.EMPTY)


@pytest.mark.parametrize("content", [b"G", b"GIF89a", b"\xff\xd8", b"RIFF1234WEB"])
async def test_a_stump_is_no_photo(world: MemoryWorld, content: bytes) -> None:
    assert isinstance(await refusal(world.media, photo(content)), UnsupportedMediaType)


@pytest.mark.parametrize(
    "declared", ["image/gif", "image/heic", "application/octet-stream", "text/plain", "", "image"]
)
async def test_what_is_declared_as_something_else_is_not_read(
    world: MemoryWorld, declared: str
) -> None:
    line = Line([photo(declared=declared), PASSWORD_FIELD])
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
@pytest.mark.parametrize("before", [[], [photo()], [PASSWORD_FIELD, photo(), text("name")]])
async def test_nothing_stays_of_a_form_that_breaks_off(
    world: MemoryWorld, before: list[Field], error: BaseException
) -> None:
    with pytest.raises(type(error)):
        await received(world.media, Line([*before, error]))
    assert world.media.handles == 0


async def test_nothing_stays_when_the_disk_is_full(world: MemoryWorld) -> None:
    world.media.failing = StorageFull()
    assert await refusal(world.media, photo()) is world.media.failing
