"""Which of providers' pictures are no good."""

from __future__ import annotations

import pytest
from PIL import Image

from photochanger_adapters.images.drawing import draw
from photochanger_adapters.images.tasks import Render
from photochanger_core.domain.picture import (
    BadPicture,
    Finish,
    MediaType,
    PictureFacts,
    PictureProblem,
)
from tests.pictures import (
    JPEG,
    PNG,
    SIZE,
    corners,
    oriented,
    saved,
)

LYING = PictureFacts(media_type=JPEG, width=640, height=480)
STANDING = PictureFacts(media_type=JPEG, width=480, height=640)


def problem(answer: bytes, like: PictureFacts | None = None) -> PictureProblem | None:
    try:
        draw(answer, Render(finish=Finish(media_type=None, width=1, height=1, like=like)))
    except BadPicture as bad:
        return bad.problem
    return None


@pytest.mark.parametrize("kind", MediaType)
def test_one_colour_all_over_is_flat(kind: MediaType) -> None:
    assert problem(saved(Image.new("RGB", SIZE, (200, 200, 200)), kind)) is PictureProblem.FLAT


@pytest.mark.parametrize("span, found", [(12, PictureProblem.FLAT), (13, None)])
@pytest.mark.parametrize("place", [(0, 0), (30, 24), (63, 47)])
def test_how_little_makes_a_difference(
    place: tuple[int, int], span: int, found: PictureProblem | None
) -> None:
    image = Image.new("RGB", SIZE, (100, 100, 100))
    image.putpixel(place, (100, 100, 100 + span))

    assert problem(saved(image, PNG)) is found


def test_what_cannot_be_seen_is_flat() -> None:
    image = corners().convert("RGBA")
    image.putalpha(0)
    assert problem(saved(image, PNG)) is PictureProblem.FLAT

    image.putpixel((3, 3), (255, 0, 0, 9))
    assert problem(saved(image, PNG)) is None


def test_one_colour_with_holes_is_flat() -> None:
    image = Image.new("RGBA", SIZE, (90, 90, 90, 255))
    image.putpixel((3, 3), (90, 90, 90, 0))

    assert problem(saved(image, PNG)) is PictureProblem.FLAT


def test_one_colour_of_sixteen_bits_is_flat() -> None:
    assert problem(saved(Image.new("I;16", SIZE, 40_000), PNG)) is PictureProblem.FLAT


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", MediaType)
def test_what_lies_must_not_stand(kind: MediaType, orientation: int) -> None:
    answer = oriented(kind, orientation)

    assert problem(answer, LYING) is None
    assert problem(answer, STANDING) is PictureProblem.TURNED
    assert problem(answer) is None
