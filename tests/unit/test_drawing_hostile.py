"""Decoding pictures, good and hostile ones, for every task."""

from __future__ import annotations

import tracemalloc
import zlib

import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.images.drawing import Drawing, draw
from photochanger_adapters.images.pixels import only_the_three_formats
from photochanger_adapters.images.tasks import Prepare, Preview, Render, Task
from photochanger_core.domain.picture import (
    BadPicture,
    Finish,
    MediaType,
    PictureProblem,
)
from tests.pictures import (
    JPEG,
    PNG,
    animation,
    every_kind,
    flat,
    gif,
    opened,
    picture,
    png_bomb,
    png_bytes,
    scan_bomb,
    webp_bomb,
    with_chunk,
)

GOOD = {kind: picture(kind) for kind in MediaType}
SMALL = {kind: picture(kind, size=(16, 9)) for kind in MediaType}

PREPARE = Prepare(max_edge=10**5, max_bytes=2**24)
SMALLER = Prepare(max_edge=8, max_bytes=2**24)
TASKS: dict[str, Task] = {
    "prepare": PREPARE,
    "prepare smaller": SMALLER,
    "render": Render(finish=Finish(media_type=None, width=0, height=0)),
    "preview": Preview(),
}
every_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)


def problem(content: bytes, task: Task = PREPARE) -> PictureProblem | None:
    try:
        check(content, draw(content, task), task)
    except BadPicture as bad:
        return bad.problem
    return None


def check(content: bytes, drawing: Drawing, task: Task) -> None:
    """Check that what is told of a picture is true of it."""
    made = opened(drawing.content or content)
    assert MediaType(f"image/{(made.format or '').lower()}") is drawing.facts.media_type
    if task is not SMALLER:
        assert made.size == (drawing.facts.width, drawing.facts.height)
    assert made.mode in {"L", "RGB", "RGBA"}
    assert getattr(made, "n_frames", 1) == 1


@every_task
@pytest.mark.parametrize("content", [pytest.param(two[1], id=two[0]) for two in every_kind()])
def test_good_pictures_of_every_kind_are_drawn(content: bytes, task: Task) -> None:
    assert problem(content, task) is None


@every_task
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("kind", MediaType)
def test_pictures_cut_short_are_undecodable(kind: MediaType, share: float, task: Task) -> None:
    content = GOOD[kind]

    assert problem(content[: int(len(content) * share)], task) is PictureProblem.UNDECODABLE


@every_task
@pytest.mark.parametrize("share", [0.4, 0.7, 0.95])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_cut_short_that_has_an_end_is_undecodable(
    progressive: bool, share: float, task: Task
) -> None:
    content = picture(JPEG, size=(640, 480), progressive=progressive)
    cut = content[: int(len(content) * share)].rstrip(b"\xff") + b"\xff\xd9"

    assert problem(cut, task) is PictureProblem.UNDECODABLE
    assert problem(GOOD[JPEG], task) is None


def test_a_jpeg_with_bytes_too_many_is_decoded() -> None:
    content = GOOD[JPEG]

    assert problem(content[:-2] + bytes(50) + content[-2:]) is None


@every_task
@pytest.mark.parametrize("kind", MediaType)
def test_one_byte_less_is_undecodable(kind: MediaType, task: Task) -> None:
    assert problem(GOOD[kind][:-1], task) is PictureProblem.UNDECODABLE


def test_a_damaged_later_frame_is_seen_where_there_are_checksums() -> None:
    content = bytearray(animation(PNG))
    content[-400:-100] = bytes(300)

    assert problem(bytes(content)) is PictureProblem.UNDECODABLE


@every_task
@pytest.mark.parametrize(
    "content",
    [gif(), b"", b"\xff\xd8", b"<svg/>", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"BM" + bytes(60)],
    ids=["gif", "nothing", "two bytes", "svg", "pdf", "wave", "bmp"],
)
def test_other_types_are_unsupported(content: bytes, task: Task) -> None:
    assert problem(content, task) is PictureProblem.UNSUPPORTED


@pytest.mark.parametrize("kind", MediaType)
@given(rest=st.binary())
def test_a_good_start_and_any_rest_is_undecodable(kind: MediaType, rest: bytes) -> None:
    assert problem(GOOD[kind][:20] + rest) is PictureProblem.UNDECODABLE


@every_task
@pytest.mark.parametrize("kind", MediaType)
@given(data=st.data())
def test_damaged_pictures_are_drawn_or_refused(
    kind: MediaType, task: Task, data: st.DataObject
) -> None:
    content = bytearray(SMALL[kind])
    for place in data.draw(st.lists(st.integers(12, len(content) - 1), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))

    assert problem(bytes(content), task) is not PictureProblem.UNSUPPORTED


@every_task
@pytest.mark.parametrize(
    "content", [png_bomb(), webp_bomb(), flat(JPEG, (10_001, 10_000))], ids=["png", "webp", "jpeg"]
)
def test_floods_of_pixels_are_too_large(content: bytes, task: Task) -> None:
    assert problem(content, task) is PictureProblem.TOO_LARGE


def test_floods_of_frames_are_too_large() -> None:
    announced = (40_000).to_bytes(4, "big") + bytes(4)

    assert problem(with_chunk(GOOD[PNG], b"acTL", announced)) is PictureProblem.TOO_LARGE


def test_floods_of_scans_are_undecodable() -> None:
    assert problem(scan_bomb(2_000)) is PictureProblem.UNDECODABLE


@every_task
@pytest.mark.parametrize(
    "kind, head",
    [
        (b"zTXt", b"Comment\0\0"),
        (b"iTXt", b"Comment\0\1\0\0\0"),
        (b"iCCP", b"profile\0\0"),
    ],
)
def test_floods_of_metadata_are_passed_over(kind: bytes, head: bytes, task: Task) -> None:
    flood = with_chunk(GOOD[PNG], kind, head + zlib.compress(bytes(200_000_000), 9))
    tracemalloc.start()
    drawing = draw(flood, task)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(drawing.content or b"") < len(flood) / 2
    assert most < 20_000_000


def test_the_decoder_reads_nothing_but_the_three_formats() -> None:
    only_the_three_formats()
    for kind in MediaType:
        assert pyvips.Image.new_from_buffer(GOOD[kind], "").width == 64

    for content in (gif(), b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"):
        with pytest.raises(pyvips.Error):
            pyvips.Image.new_from_buffer(content, "")


@every_task
@pytest.mark.parametrize("kind, data", [(b"tEXt", b"a\0b"), (b"IDAT", zlib.compress(bytes(99)))])
def test_a_png_without_enough_pixels_is_undecodable(kind: bytes, data: bytes, task: Task) -> None:
    assert problem(png_bytes(kind, data), task) is PictureProblem.UNDECODABLE
