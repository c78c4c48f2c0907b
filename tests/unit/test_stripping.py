"""What is left of pictures without metadata."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photochanger_adapters.images.source import Source
from photochanger_core.domain.picture import MediaType
from tests.pictures import (
    JPEG,
    PNG,
    PROFILE,
    WEBP,
    animation,
    chunk,
    exif,
    opened,
    oriented,
    picture,
    with_chunk,
)

MARK = b"here is the guest at home"
PLAIN = {kind: picture(kind) for kind in MediaType}
RICH = {
    "jpeg": picture(JPEG, exif=exif(1), icc_profile=PROFILE, comment=MARK, xmp=MARK, dpi=(72, 72)),
    "png": picture(PNG, exif=exif(1), icc_profile=PROFILE),
    "webp": picture(WEBP, exif=exif(1), icc_profile=PROFILE, xmp=MARK),
}
rich = pytest.mark.parametrize("content", RICH.values(), ids=RICH)


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2, "big") + data


def riff(content: bytes, *more: tuple[bytes, bytes]) -> bytes:
    """Return a WebP with more chunks at its end."""
    for kind, data in more:
        content += kind + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)
    return content[:4] + (len(content) - 8).to_bytes(4, "little") + content[8:]


def same_pixels(one: bytes, other: bytes) -> bool:
    return opened(one).tobytes() == opened(other).tobytes()


@pytest.mark.parametrize("kind", MediaType)
def test_what_has_no_metadata_stays(kind: MediaType) -> None:
    source = Source.of(PLAIN[kind])

    assert source.content == PLAIN[kind]
    assert not source.is_stripped


@rich
def test_metadata_goes_and_the_profile_stays(content: bytes) -> None:
    source = Source.of(content)
    left = opened(source.content)

    assert source.is_stripped
    assert not left.getexif()
    assert MARK not in source.content
    assert left.info["icc_profile"] == PROFILE
    assert same_pixels(source.content, content)


@rich
def test_stripping_again_changes_nothing(content: bytes) -> None:
    once = Source.of(content)

    assert not Source.of(once.content).is_stripped


@pytest.mark.parametrize("kind", MediaType)
@given(tail=st.binary(min_size=1))
def test_what_is_behind_the_end_goes(kind: MediaType, tail: bytes) -> None:
    assert Source.of(PLAIN[kind] + tail).content == PLAIN[kind]


def needed(one: tuple[int, bytes]) -> bool:
    """Whether a segment says something about colours: hypothesis finds the words in our code."""
    marker, content = one
    return content.startswith({0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}.get(marker, b"no such word"))


OTHERS = st.tuples(st.sampled_from([*range(0xE1, 0xF0), 0xFE]), st.binary(max_size=60)).filter(
    lambda one: not needed(one)
)


@given(extra=st.lists(OTHERS, max_size=4))
def test_any_other_segment_of_a_jpeg_goes(extra: list[tuple[int, bytes]]) -> None:
    added = b"".join(segment(*one) for one in extra)

    assert Source.of(PLAIN[JPEG][:2] + added + PLAIN[JPEG][2:]).content == PLAIN[JPEG]


@given(garbage=st.binary(max_size=20).filter(lambda some: b"\xff" not in some))
def test_bytes_between_segments_go(garbage: bytes) -> None:
    assert Source.of(PLAIN[JPEG][:20] + garbage + PLAIN[JPEG][20:]).content == PLAIN[JPEG]


@given(
    kind=st.sampled_from([b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"abCd", b"gAMA", b"sRGB"]),
    data=st.binary(min_size=5, max_size=60),
)
def test_any_other_chunk_of_a_png_goes(kind: bytes, data: bytes) -> None:
    assert Source.of(with_chunk(PLAIN[PNG], kind, data)).content == PLAIN[PNG]


@given(
    extra=st.lists(
        st.tuples(st.sampled_from([b"EXIF", b"XMP ", b"abcd"]), st.binary(max_size=60)), max_size=4
    )
)
def test_any_other_chunk_of_a_webp_goes(extra: list[tuple[bytes, bytes]]) -> None:
    assert Source.of(riff(PLAIN[WEBP], *extra)).content == PLAIN[WEBP]


def test_colours_of_a_png_stay() -> None:
    content = with_chunk(with_chunk(PLAIN[PNG], b"sRGB", b"\0"), b"gAMA", b"\0\0\xb1\x8f")

    assert not Source.of(content).is_stripped


@pytest.mark.parametrize("profile", [b"name\0\0nonsense", b"", b"name"])
def test_a_profile_that_is_none_goes(profile: bytes) -> None:
    assert Source.of(with_chunk(PLAIN[PNG], b"iCCP", profile)).content == PLAIN[PNG]


def test_thumbnails_in_a_jpeg_go() -> None:
    thumbnail = segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\2\1" + MARK) + segment(0xE0, b"JFXX\0" + MARK)
    content = PLAIN[JPEG][:2] + thumbnail + PLAIN[JPEG][20:]

    source = Source.of(content)

    assert MARK not in source.content
    assert source.content[:20] == b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\2\0\0\1\0\1\0\0"
    assert same_pixels(source.content, content)


@pytest.mark.parametrize("mode", ["CMYK", "RGB"])
def test_what_colours_of_a_jpeg_depend_on_stays(mode: str) -> None:
    content = picture(JPEG, mode=mode, keep_rgb=True) if mode == "RGB" else picture(JPEG, mode=mode)

    assert b"Adobe" in content or mode == "RGB"
    assert same_pixels(Source.of(content).content, content)


def test_further_pictures_of_a_telephone_go() -> None:
    file = BytesIO()
    images = [Image.effect_noise((64, 48), 50).convert("RGB") for _ in range(2)]
    images[0].save(file, "MPO", save_all=True, append_images=images[1:])

    left = Source.of(file.getvalue()).content

    assert (left.count(b"\xff\xd9"), opened(left).format) == (1, "JPEG")
    assert same_pixels(left, file.getvalue())


def test_of_an_animated_png_the_first_frame_stays() -> None:
    content = animation(PNG)
    left = opened(Source.of(content).content)

    assert getattr(left, "n_frames", 1) == 1
    assert left.tobytes() == opened(content).convert("RGB").tobytes()


@pytest.mark.parametrize("kind", MediaType)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_known_before(kind: MediaType, orientation: int) -> None:
    outline = Source.of(oriented(kind, orientation)).outline

    assert outline.orientation == orientation
    assert outline.upright_size == (64, 48)


def test_of_several_blocks_of_exif_the_first_counts() -> None:
    more = segment(0xE1, exif(3).tobytes())
    content = oriented(JPEG, 6)

    assert Source.of(content[:-2] + more + content[-2:]).outline.orientation == 6


def test_exif_at_the_end_of_a_png_counts() -> None:
    late = chunk(b"eXIf", exif(8).tobytes().removeprefix(b"Exif\0\0"))

    assert Source.of(PLAIN[PNG][:-12] + late + PLAIN[PNG][-12:]).outline.orientation == 8
