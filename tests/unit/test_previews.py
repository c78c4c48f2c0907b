"""What previews are like."""

from __future__ import annotations

import pytest

from photochanger_adapters.images.drawing import draw
from photochanger_adapters.images.tasks import Prepare, Preview
from photochanger_core.domain.picture import (
    PREVIEW_EDGE,
    MediaType,
    PictureFacts,
)
from tests.pictures import (
    JPEG,
    WEBP,
    corners,
    exif,
    opened,
    picture,
    saved,
)


@pytest.mark.parametrize("size", [PREVIEW_EDGE // 2, PREVIEW_EDGE * 3])
@pytest.mark.parametrize("kind", MediaType)
def test_previews_are_small_webp(kind: MediaType, size: int) -> None:
    drawing = draw(saved(corners((size, size // 2)), kind, exif=exif(6)), Preview())
    edge = min(size, PREVIEW_EDGE)

    assert drawing.content is not None
    made = opened(drawing.content)
    assert (made.format, made.size) == ("WEBP", (edge // 2, edge))
    assert drawing.facts == PictureFacts(media_type=WEBP, width=edge // 2, height=edge)
    assert not made.getexif()


def test_the_same_picture_becomes_the_same_bytes() -> None:
    for task in (Prepare(max_edge=50, max_bytes=10**6), Preview()):
        answer = picture(JPEG)
        assert draw(answer, task) == draw(answer, task)
