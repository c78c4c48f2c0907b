"""Decoding pictures, good and hostile ones."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.images.inspection import inspect
from photochanger_core.domain.picture import (
    MAX_JPEG_SCANS,
    BadPicture,
    MediaType,
    PictureFacts,
    PictureProblem,
)
from tests.pictures import (
    JPEG,
    PNG,
    SIZE,
    animation,
    every_kind,
    flat,
    gif,
    picture,
    png_bomb,
    png_bytes,
    scan_bomb,
    webp_bomb,
    with_chunk,
)

GOOD = {kind: picture(kind) for kind in MediaType}


def problem(content: bytes) -> PictureProblem | None:
    try:
        inspect(content)
    except BadPicture as bad:
        return bad.problem
    return None


@pytest.mark.parametrize("content", [pytest.param(two[1], id=two[0]) for two in every_kind()])
def test_good_pictures_of_every_kind_are_decoded(content: bytes) -> None:
    facts = inspect(content)

    assert (facts.width, facts.height) in {SIZE, (1, 1)}


def test_the_size_is_the_stored_one_whatever_the_orientation() -> None:
    turned = dict(every_kind())["jpeg EXIF"]

    assert inspect(turned) == PictureFacts(media_type=JPEG, width=SIZE[0], height=SIZE[1])


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("kind", MediaType)
def test_pictures_cut_short_are_undecodable(kind: MediaType, share: float) -> None:
    content = GOOD[kind]

    assert problem(content[: int(len(content) * share)]) is PictureProblem.UNDECODABLE


@pytest.mark.parametrize("kind", MediaType)
def test_one_byte_less_is_undecodable(kind: MediaType) -> None:
    assert problem(GOOD[kind][:-1]) is PictureProblem.UNDECODABLE


def test_an_animation_with_a_damaged_last_frame_is_undecodable() -> None:
    content = bytearray(animation(PNG))
    content[-400:-100] = bytes(300)

    assert problem(bytes(content)) is PictureProblem.UNDECODABLE


@pytest.mark.parametrize(
    "content",
    [gif(), b"", b"\xff\xd8", b"<svg/>", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"BM" + bytes(60)],
    ids=["gif", "nothing", "two bytes", "svg", "pdf", "wave", "bmp"],
)
def test_other_types_are_unsupported(content: bytes) -> None:
    assert problem(content) is PictureProblem.UNSUPPORTED


@pytest.mark.parametrize("kind", MediaType)
@given(rest=st.binary())
def test_a_good_start_and_any_rest_is_undecodable(kind: MediaType, rest: bytes) -> None:
    assert problem(GOOD[kind][:20] + rest) is PictureProblem.UNDECODABLE


@pytest.mark.parametrize("kind", MediaType)
@given(data=st.data())
def test_damaged_pictures_are_decoded_or_refused(kind: MediaType, data: st.DataObject) -> None:
    content = bytearray(GOOD[kind])
    for place in data.draw(st.lists(st.integers(12, len(content) - 1), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))

    assert problem(bytes(content)) is not PictureProblem.UNSUPPORTED


@pytest.mark.parametrize(
    "content", [png_bomb(), webp_bomb(), flat(JPEG, (10_001, 10_000))], ids=["png", "webp", "jpeg"]
)
def test_floods_of_pixels_are_too_large(content: bytes) -> None:
    assert problem(content) is PictureProblem.TOO_LARGE


def test_floods_of_frames_are_too_large() -> None:
    announced = (40_000).to_bytes(4, "big") + bytes(4)

    assert problem(with_chunk(GOOD[PNG], b"acTL", announced)) is PictureProblem.TOO_LARGE


def test_floods_of_scans_are_undecodable() -> None:
    inspect(scan_bomb(MAX_JPEG_SCANS))

    assert problem(scan_bomb(2_000)) is PictureProblem.UNDECODABLE


@pytest.mark.parametrize(
    "kind, head",
    [
        (b"zTXt", b"Comment\0\0"),
        (b"iTXt", b"Comment\0\1\0\0\0"),
        (b"iCCP", b"profile\0\0"),
    ],
)
def test_floods_of_metadata_are_undecodable(kind: bytes, head: bytes) -> None:
    flood = with_chunk(GOOD[PNG], kind, head + zlib.compress(bytes(50_000_000), 9))

    assert problem(flood) is PictureProblem.UNDECODABLE


def test_a_png_without_pixels_is_undecodable() -> None:
    assert problem(png_bytes(b"tEXt", b"a\0b")) is PictureProblem.UNDECODABLE
