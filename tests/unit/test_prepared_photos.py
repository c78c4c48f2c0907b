"""What becomes of guests' photos."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photochanger_adapters.images.drawing import draw
from photochanger_adapters.images.tasks import Prepare
from photochanger_core.domain.picture import (
    MediaType,
    PictureFacts,
)
from tests.pictures import (
    JPEG,
    PNG,
    PROFILE,
    SIZE,
    WEBP,
    animation,
    corners,
    exif,
    opened,
    oriented,
    picture,
    saved,
    shown_corners,
)

UPRIGHT = ["red", "green", "blue", "black"]
CLEAN = {
    "jpeg": picture(JPEG),
    "jpeg progressive": picture(JPEG, progressive=True),
    "jpeg grey": picture(JPEG, mode="L"),
    "jpeg with a profile": picture(JPEG, icc_profile=PROFILE),
    "png": picture(PNG),
    "png grey": picture(PNG, mode="L"),
    "png alpha": picture(PNG, mode="RGBA"),
    "webp": picture(WEBP),
    "webp lossless alpha": picture(WEBP, mode="RGBA", lossless=True),
}
kinds = pytest.mark.parametrize("kind", MediaType)


def prepared(content: bytes, *, max_edge: int = 3072) -> tuple[PictureFacts, bytes | None]:
    drawing = draw(content, Prepare(max_edge=max_edge, max_bytes=10**7))
    return drawing.facts, drawing.content


def made(content: bytes, *, max_edge: int = 3072) -> bytes:
    _, changed = prepared(content, max_edge=max_edge)
    assert changed is not None
    return changed


@pytest.mark.parametrize("content", CLEAN.values(), ids=CLEAN)
def test_what_needs_nothing_is_not_touched(content: bytes) -> None:
    facts, changed = prepared(content)

    assert (facts.width, facts.height, changed) == (*SIZE, None)


@kinds
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(kind: MediaType, orientation: int) -> None:
    photo = oriented(kind, orientation)
    facts, _ = prepared(photo)

    assert facts == PictureFacts(media_type=kind, width=SIZE[0], height=SIZE[1])
    assert shown_corners(made(photo)) == UPRIGHT
    assert opened(made(photo)).size == SIZE


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pixels_are_where_they_belong(orientation: int) -> None:
    assert opened(made(oriented(PNG, orientation))).tobytes() == corners().tobytes()


@kinds
@pytest.mark.parametrize("orientation", [0, 9, 77])
def test_an_illegal_orientation_turns_nothing(kind: MediaType, orientation: int) -> None:
    assert shown_corners(made(oriented(kind, orientation))) == UPRIGHT


@kinds
@pytest.mark.parametrize("orientation", [1, 6])
def test_where_it_was_taken_is_gone(kind: MediaType, orientation: int) -> None:
    photo = oriented(kind, orientation)
    assert b"1999:12:31" in photo

    assert b"1999:12:31" not in made(photo)
    assert not opened(made(photo)).getexif()


@kinds
def test_what_only_loses_metadata_keeps_its_pixels(kind: MediaType) -> None:
    photo = picture(kind, exif=exif(1), icc_profile=PROFILE)
    left = opened(made(photo))

    assert left.tobytes() == opened(photo).tobytes()
    assert left.info["icc_profile"] == PROFILE


@kinds
@pytest.mark.parametrize("size", [(400, 300), (300, 400), (101, 1_000), (9_000, 3)])
def test_no_side_is_longer_than_asked(kind: MediaType, size: tuple[int, int]) -> None:
    photo = saved(corners(size), kind)
    facts, _ = prepared(photo, max_edge=100)
    width, height = opened(made(photo, max_edge=100)).size

    assert (facts.width, facts.height) == size
    assert max(width, height) == 100
    assert min(width, height) == max(1, round(100 * min(size) / max(size)))


@kinds
@given(edge=st.integers(1, 70), orientation=st.integers(1, 8))
def test_any_edge_is_kept_whatever_the_orientation(
    kind: MediaType, edge: int, orientation: int
) -> None:
    photo = oriented(kind, orientation)
    facts, changed = prepared(photo, max_edge=edge)

    assert (facts.width, facts.height) == SIZE
    assert max(opened(changed or photo).size) == min(edge, 64)


@pytest.mark.parametrize("edge", [100, 40])
@pytest.mark.parametrize(
    "photo, mode",
    [
        (saved(corners().convert("CMYK"), JPEG), "RGB"),
        (saved(corners().quantize(8), PNG), "RGB"),
        (saved(corners().convert("RGBA").quantize(8), PNG), "RGBA"),
        (saved(corners().convert("LA"), PNG), "RGBA"),
        (saved(corners().convert("1"), PNG), "L"),
        (saved(Image.new("I;16", SIZE, 40_000), PNG), "RGB"),
    ],
    ids=["CMYK", "palette", "palette with alpha", "grey with alpha", "1 bit", "16 bit"],
)
def test_odd_pixels_become_ordinary(photo: bytes, mode: str, edge: int) -> None:
    left = opened(made(photo, max_edge=edge))

    assert left.mode == mode
    assert left.size == ((64, 48) if edge == 100 else (40, 30))


@pytest.mark.parametrize("mode", ["CMYK", "P"])
def test_odd_pixels_keep_their_colours(mode: str) -> None:
    kind = JPEG if mode == "CMYK" else PNG

    assert shown_corners(made(saved(corners().convert(mode), kind))) == UPRIGHT


def test_sixteen_bits_become_the_upper_eight() -> None:
    left = opened(made(saved(Image.new("I;16", SIZE, 40_000), PNG)))

    assert left.getpixel((5, 5)) == (156, 156, 156)


@pytest.mark.parametrize("kind", [PNG, WEBP])
def test_of_an_animation_the_first_frame_stays(kind: MediaType) -> None:
    left = opened(made(animation(kind)))

    assert getattr(left, "n_frames", 1) == 1
    assert left.size == SIZE


def test_what_is_seen_through_stays_so() -> None:
    photo = saved(Image.new("RGBA", (400, 300), (10, 200, 30, 90)), PNG)

    assert opened(made(photo, max_edge=64)).getpixel((9, 9)) == pytest.approx(
        (10, 200, 30, 90), abs=3
    )


@pytest.mark.parametrize(
    "content",
    [
        *(oriented(kind, 6) for kind in MediaType),
        *(picture(kind, exif=exif(1)) for kind in MediaType),
        *(picture(kind, size=(3200, 8)) for kind in MediaType),
        picture(JPEG, mode="CMYK"),
        picture(PNG, mode="P"),
        picture(PNG, mode="LA"),
        animation(WEBP),
    ],
)
def test_what_was_prepared_once_needs_nothing_more(content: bytes) -> None:
    """Templates keep their bytes on the way to another installation."""
    assert prepared(made(content))[1] is None
