"""Forms of administrators come in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from attrs import evolve

from photochanger_core.domain.errors import (
    CoreError,
    InvalidRequest,
    QueueBusy,
    StorageFull,
    UploadTimeout,
)
from photochanger_core.domain.problems import Problem
from photochanger_core.use_cases.receive_form import Form, FormShape
from photochanger_core.use_cases.receive_upload import Part
from tests.memory_world import MemoryWorld
from tests.uploads import JPEG, Field, Line, text

SHAPE = FormShape(file="file", texts={"note": 4})
FILE = Field("file", (JPEG + b"a ", b"guest"), "image/jpeg")


async def received(world: MemoryWorld, *form: Field | BaseException) -> tuple[bytes, Form]:
    async with world.use.receive_form(Line(form).parts(), SHAPE) as came:
        content = b"".join([chunk async for chunk in came.picture.chunks()])
    return content, came


async def test_parts_come_in_any_order_and_nothing_stays(world: MemoryWorld) -> None:
    for form in ([FILE, text("note", b"\xff\0!")], [text("note", b"\xff\0!"), FILE]):
        content, came = await received(world, *form)
        assert content == JPEG + b"a guest"
        assert came.texts == {"note": b"\xff\0!"}
        assert world.media.handles == 0


@pytest.mark.parametrize(
    "form, field, problem",
    [
        ([], "file", "missing"),
        ([text("note", b"x")], "file", "missing"),
        ([FILE, FILE], "file", "repeated"),
        ([FILE, text("note", b"x"), text("note", b"x")], "note", "repeated"),
        ([FILE, text("note", b"12345")], "note", "too_long"),
        ([FILE, text("other", b"x")], "other", "unknown"),
        ([FILE, text(None, b"x")], "multipart", "malformed"),
        ([Field("file", (b"",))], "file", "empty"),
    ],
)
async def test_other_forms_are_refused(
    world: MemoryWorld, form: list[Field], field: str, problem: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await received(world, *form)
    assert caught.value.details == {"field": field, "problem": problem}
    assert world.media.handles == 0


@pytest.mark.parametrize("error", [InvalidRequest, StorageFull, asyncio.CancelledError])
async def test_nothing_stays_of_a_form_that_breaks(
    world: MemoryWorld, error: type[BaseException]
) -> None:
    broken = InvalidRequest("body", Problem.MALFORMED) if error is InvalidRequest else error()
    with pytest.raises(error):
        await received(world, FILE, broken)
    assert world.media.handles == 0


async def test_nothing_stays_of_a_form_with_which_something_goes_wrong(world: MemoryWorld) -> None:
    with pytest.raises(QueueBusy):
        async with world.use.receive_form(Line([FILE]).parts(), SHAPE):
            raise QueueBusy
    assert world.media.handles == 0


async def stalled() -> AsyncIterator[Part]:
    """Yield a part that comes much too late."""
    await asyncio.sleep(3600)
    yield Part(name="file", content_type=None, chunks=Line([])._chunks(()))


async def test_a_form_has_a_minute(world: MemoryWorld) -> None:
    began = world.clock.monotonic()
    with pytest.raises(UploadTimeout):
        async with world.use.receive_form(stalled(), SHAPE):
            pass
    assert world.clock.monotonic() - began == 60
    assert world.media.handles == 0


async def test_no_more_than_eight_are_on_their_way(world: MemoryWorld) -> None:
    async def one() -> str:
        try:
            async with world.use.receive_form(stalled(), SHAPE):
                return "came"
        except CoreError as error:
            return error.reason

    told = await asyncio.gather(*(one() for _ in range(9)))
    assert sorted(told) == ["queue_busy"] + ["upload_timeout"] * 8
    assert (await received(world, FILE))[0]
    assert world.media.handles == 0


OTHERS = FormShape(file="file", others=16)


@pytest.mark.parametrize(
    "picture",
    [
        Field("file", (b"",)),
        Field("file", (b"no picture at all",)),
        Field("file", (JPEG,), "image/heic"),
        Field("file", (JPEG, bytes(20 * 1024 * 1024))),
    ],
)
async def test_what_comes_with_a_picture_that_is_none_is_kept(
    world: MemoryWorld, picture: Field
) -> None:
    form = [text("a", b"1"), picture, text("b", b"2")]
    async with world.use.receive_form(Line(form).parts(), OTHERS) as came:
        assert came.texts == {"a": b"1", "b": b"2"}
        with pytest.raises(CoreError):
            _ = came.picture
    assert world.media.handles == 0


@pytest.mark.parametrize(
    "form, problem",
    [
        ([text("a", b"x" * 15), text("b", b"x")], "too_long"),
        ([text("a" * 16, b""), text("b", b"x")], "too_long"),
        ([text("a"), text("a")], "repeated"),
        ([text(f"{number:x}", b"") for number in range(401)], "too_many_parts"),
    ],
)
async def test_other_parts_have_only_so_much_room(
    world: MemoryWorld, form: list[Field], problem: str
) -> None:
    shape = evolve(OTHERS, others=5000) if problem == "too_many_parts" else OTHERS
    with pytest.raises(InvalidRequest) as caught:
        async with world.use.receive_form(Line(form).parts(), shape):
            raise AssertionError
    assert caught.value.details["problem"] == problem
    assert world.media.handles == 0
