"""What becomes of photos that have too many bytes."""

from __future__ import annotations

import pytest
from PIL import Image

from photochanger_adapters.images.drawing import draw
from photochanger_adapters.images.tasks import Prepare
from photochanger_core.domain.picture import (
    BadPicture,
    MediaType,
    PictureFacts,
    PictureProblem,
)
from tests.pictures import (
    JPEG,
    PNG,
    opened,
    picture,
    saved,
)

kinds = pytest.mark.parametrize("kind", MediaType)


def prepared(content: bytes, *, max_bytes: int) -> tuple[PictureFacts, bytes | None]:
    drawing = draw(content, Prepare(max_edge=3072, max_bytes=max_bytes))
    return drawing.facts, drawing.content


def made(content: bytes, *, max_bytes: int) -> bytes:
    _, changed = prepared(content, max_bytes=max_bytes)
    assert changed is not None
    return changed


def test_what_has_too_many_bytes_becomes_a_jpeg() -> None:
    photo = picture(PNG, size=(300, 200))
    facts, changed = prepared(photo, max_bytes=len(photo) - 1)

    assert facts == PictureFacts(media_type=JPEG, width=300, height=200)
    assert changed is not None
    assert (opened(changed).format, opened(changed).size) == ("JPEG", (300, 200))


@pytest.mark.parametrize("share", [2, 5, 20])
@kinds
def test_what_has_far_too_many_bytes_becomes_a_smaller_jpeg(kind: MediaType, share: int) -> None:
    photo = picture(kind, size=(300, 200))
    left = made(photo, max_bytes=len(photo) // share)

    assert len(left) <= len(photo) // share
    assert opened(left).size[0] <= 300
    assert opened(left).size[0] / opened(left).size[1] == pytest.approx(1.5, rel=0.1)


def test_what_was_seen_through_is_white_in_a_jpeg() -> None:
    photo = saved(Image.new("RGBA", (200, 100), (0, 0, 0, 0)), PNG, compress_level=0)

    assert opened(made(photo, max_bytes=3_000)).getpixel((9, 9)) == (255, 255, 255)


def test_what_cannot_be_made_small_enough_is_too_large() -> None:
    with pytest.raises(BadPicture) as refused:
        prepared(picture(JPEG), max_bytes=100)

    assert refused.value.problem is PictureProblem.TOO_LARGE
