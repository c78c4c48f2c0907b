"""What pictures claim to be, before any is decoded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.images.jpeg import jpeg_outline
from photochanger_adapters.images.outline import Outline
from photochanger_adapters.images.png import png_outline
from photochanger_adapters.images.webp import webp_outline
from photochanger_core.domain.picture import (
    MAX_JPEG_SCANS,
    MAX_PIXELS,
    BadPicture,
    MediaType,
    PictureProblem,
)
from tests.pictures import (
    JPEG,
    PNG,
    WEBP,
    animation,
    picture,
    png_bytes,
    scan_bomb,
    webp_bomb,
    with_chunk,
)

OUTLINES = {JPEG: jpeg_outline, PNG: png_outline, WEBP: webp_outline}
GOOD = {kind: picture(kind, size=(8, 6)) for kind in OUTLINES}

outlines = pytest.mark.parametrize("outline", OUTLINES.values(), ids=lambda one: one.__name__)


def problem(outline: Callable[[bytes], Outline], content: bytes) -> PictureProblem | None:
    try:
        outline(content)
    except BadPicture as bad:
        return bad.problem
    return None


def jpeg_segments() -> st.SearchStrategy[bytes]:
    segment = st.builds(
        lambda marker, length, data: bytes([0xFF, marker, *length.to_bytes(2, "big")]) + data,
        st.integers(0, 255),
        st.integers(0, 40),
        st.binary(max_size=40),
    )
    return st.lists(segment | st.just(b"\xff") | st.binary(max_size=5)).map(
        lambda parts: b"\xff\xd8\xff" + b"".join(parts)
    )


@outlines
@given(content=st.binary() | jpeg_segments())
def test_any_bytes_give_an_outline_or_are_undecodable(
    outline: Callable[[bytes], Outline], content: bytes
) -> None:
    assert problem(outline, content) in {None, PictureProblem.UNDECODABLE}


@pytest.mark.parametrize("kind", OUTLINES)
@given(data=st.data())
def test_a_damaged_picture_gives_an_outline_or_is_undecodable(
    kind: MediaType, data: st.DataObject
) -> None:
    content = bytearray(GOOD[kind])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(12, len(content)))

    assert problem(OUTLINES[kind], bytes(content[:cut])) in {None, PictureProblem.UNDECODABLE}


@pytest.mark.parametrize("kind", OUTLINES)
def test_a_plain_picture_is_one_frame(kind: MediaType) -> None:
    outline = OUTLINES[kind](GOOD[kind])

    assert (outline.width, outline.height, outline.frames) == (8, 6, 1)


@pytest.mark.parametrize("options", [{"lossless": True}, {"exif": b"Exif\0\0"}, {}], ids=str)
def test_every_form_of_webp_tells_its_size(options: dict[str, Any]) -> None:
    outline = webp_outline(picture(WEBP, size=(300, 200), **options))

    assert (outline.width, outline.height) == (300, 200)


@pytest.mark.parametrize("kind", [PNG, WEBP])
def test_frames_are_counted(kind: MediaType) -> None:
    assert OUTLINES[kind](animation(kind, 3)).frames == 3


def test_an_announced_number_of_frames_counts() -> None:
    announced = (2**31 - 1).to_bytes(4, "big") + bytes(4)

    assert png_outline(with_chunk(GOOD[PNG], b"acTL", announced)).frames == 2**31 - 1


def test_scans_are_counted() -> None:
    assert jpeg_outline(picture(JPEG)).scans == 1
    assert jpeg_outline(scan_bomb(37)).scans == 37


def test_scans_are_counted_as_far_as_needed() -> None:
    assert jpeg_outline(scan_bomb(2_000)).scans == MAX_JPEG_SCANS + 1


def test_what_is_behind_the_end_is_not_counted() -> None:
    assert jpeg_outline(GOOD[JPEG] + scan_bomb(50)).scans == 1


def test_scans_inside_other_segments_are_not_counted() -> None:
    comment = b"\xff\xfe\x00\x06\xff\xda\xff\xda"

    assert jpeg_outline(GOOD[JPEG][:2] + comment + GOOD[JPEG][2:]).scans == 1


def test_bytes_between_segments_hide_nothing() -> None:
    content = scan_bomb(20)

    assert jpeg_outline(content.replace(b"\xff\xda", b"??\xff\xff\xff\xda")).scans == 20


def test_the_largest_frame_header_counts() -> None:
    second = b"\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00"

    outline = jpeg_outline(GOOD[JPEG][:-2] + second + GOOD[JPEG][-2:])

    assert (outline.width, outline.height) == (65_535, 65_535)


@pytest.mark.parametrize("bytes_off", [1, 4, 12, 20, 60])
@pytest.mark.parametrize("kind", OUTLINES)
def test_a_cut_is_seen(kind: MediaType, bytes_off: int) -> None:
    with pytest.raises(BadPicture):
        OUTLINES[kind](picture(kind)[:-bytes_off])


def test_damaged_pixels_of_a_png_are_seen() -> None:
    content = bytearray(GOOD[PNG])
    content[-20] ^= 1

    assert problem(png_outline, bytes(content)) is PictureProblem.UNDECODABLE


def test_a_png_without_its_first_chunk_is_none() -> None:
    with pytest.raises(BadPicture):
        png_outline(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IEND\xaeB`\x82")


def test_the_last_pixel_is_allowed() -> None:
    Outline(width=MAX_PIXELS // 10, height=2, frames=5).check()
    Outline(width=1, height=1, scans=MAX_JPEG_SCANS).check()


@pytest.mark.parametrize(
    "outline",
    [
        Outline(width=MAX_PIXELS + 1, height=1),
        Outline(width=MAX_PIXELS // 10, height=10, frames=2),
        png_outline(png_bytes(b"IDAT", b"", size=(30_000, 30_000))),
        webp_outline(webp_bomb()),
    ],
    ids=["wide", "long", "png", "webp"],
)
def test_too_many_pixels_are_refused(outline: Outline) -> None:
    with pytest.raises(BadPicture) as refused:
        outline.check()

    assert refused.value.problem is PictureProblem.TOO_LARGE


def test_too_many_scans_are_refused() -> None:
    with pytest.raises(BadPicture) as refused:
        jpeg_outline(scan_bomb(MAX_JPEG_SCANS + 1)).check()

    assert refused.value.problem is PictureProblem.UNDECODABLE
