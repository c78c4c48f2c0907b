"""What is made of a picture that nobody vouches for: for a process that may die of it."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any, Final

from attrs import field, frozen

from photochanger_core.domain.picture import (
    PREVIEW_EDGE,
    BadPicture,
    Finish,
    Fit,
    MediaType,
    PictureFacts,
    PictureProblem,
)

from . import pixels
from .pixels import Pixels
from .source import Source
from .tasks import Prepare, Preview, Render, Task

_PNG: Final[Mapping[str, Any]] = {"compression": 1, "filter": "sub"}

_PHOTO: Final[Mapping[MediaType, Mapping[str, Any]]] = {
    MediaType.JPEG: {"Q": 90, "subsample_mode": "on"},
    MediaType.PNG: _PNG,
    MediaType.WEBP: {"Q": 90, "effort": 0},
}
_RESULT: Final[Mapping[MediaType, Mapping[str, Any]]] = {
    MediaType.JPEG: {"Q": 92},
    MediaType.PNG: _PNG,
    MediaType.WEBP: {"Q": 92, "effort": 2},
}
_PREVIEW: Final[Mapping[str, Any]] = {"Q": 80, "effort": 0}

_SMALLER: Final = 0.9
_TRIES: Final = 6


@frozen(kw_only=True)
class Drawing:
    """What became of a picture.

    Attributes:
        facts: What it is now.
        content: It now; None: as it was.
    """

    facts: PictureFacts
    content: bytes | None = field(repr=False)


def draw(content: bytes, task: Task) -> Drawing:
    """Do a task with a picture.

    Raises:
        BadPicture: As `ImagesPort` says, but for the bounds on time and memory, which are set from
            outside.
    """
    with pixels.blamed_on_the_picture():
        source = Source.of(content)
        match task:
            case Prepare():
                return _prepared(source, task)
            case Render():
                return _rendered(source, task.finish)
            case Preview():
                return _previewed(source)


def _prepared(source: Source, task: Prepare) -> Drawing:
    media_type, content = source.media_type, _fitting(source, task.max_edge)
    if len(content) > task.max_bytes:
        media_type = MediaType.JPEG
        content = _squeezed(_drawn(source, task.max_edge), task.max_bytes)
    return _drawing(source, content, media_type, source.outline.upright_size)


def _fitting(source: Source, max_edge: int) -> bytes:
    """Return the photo with no side longer than *max_edge*, its pixels as they are if possible."""
    if source.is_good and max(source.outline.upright_size) <= max_edge:
        pixels.computed(pixels.loaded(source, at_least=1))
        return source.content
    image = _drawn(source, max_edge)
    return pixels.encoded(image, source.media_type, **_PHOTO[source.media_type])


def _squeezed(image: Pixels, max_bytes: int) -> bytes:
    """Return it as a JPEG of at most *max_bytes*.

    Raises:
        BadPicture: TOO_LARGE if several tries have failed.
    """
    for _ in range(_TRIES):
        content = pixels.encoded(image, MediaType.JPEG, **_PHOTO[MediaType.JPEG])
        if len(content) <= max_bytes:
            return content
        factor = min(_SMALLER, sqrt(max_bytes / len(content)))
        image = pixels.within(image, max(1, int(max(image.width, image.height) * factor)))
    raise BadPicture(PictureProblem.TOO_LARGE, "cannot be made small enough")


def _rendered(source: Source, finish: Finish) -> Drawing:
    outline = source.outline
    image = pixels.computed(pixels.loaded(source, at_least=max(outline.upright_size)))
    _guard(source, image, finish)
    image = _fitted(pixels.turned(pixels.plain(image), outline.orientation), finish)
    size, media_type = (image.width, image.height), finish.media_type or source.media_type
    content = source.content
    if not source.is_good or (media_type, size) != (source.media_type, outline.upright_size):
        content = pixels.encoded(pixels.toned(image), media_type, **_RESULT[media_type])
    return _drawing(source, content, media_type, size)


def _guard(source: Source, image: Pixels, finish: Finish) -> None:
    if pixels.is_flat(image):
        raise BadPicture(PictureProblem.FLAT)
    width, height = source.outline.upright_size
    answer = PictureFacts(media_type=source.media_type, width=width, height=height)
    if finish.like and not answer.lies_like(finish.like):
        raise BadPicture(PictureProblem.TURNED, f"{width} × {height}")


def _fitted(image: Pixels, finish: Finish) -> Pixels:
    match finish.fit:
        case Fit.NONE:
            return image
        case Fit.CONTAIN:
            return pixels.contained(image, finish.width, finish.height)
        case Fit.COVER:
            return pixels.covering(image, finish.width, finish.height)


def _previewed(source: Source) -> Drawing:
    image = _drawn(source, PREVIEW_EDGE)
    content = pixels.encoded(image, MediaType.WEBP, **_PREVIEW)
    return _drawing(source, content, MediaType.WEBP, (image.width, image.height))


def _drawn(source: Source, max_edge: int) -> Pixels:
    """Return the picture upright, in 8-bit sRGB, no side longer than *max_edge*."""
    image = pixels.plain(pixels.loaded(source, at_least=max_edge))
    image = pixels.computed(pixels.toned(pixels.within(image, max_edge)))
    return pixels.turned(image, source.outline.orientation)


def _drawing(
    source: Source, content: bytes, media_type: MediaType, size: tuple[int, int]
) -> Drawing:
    is_same = content is source.content and not source.is_stripped
    width, height = size
    return Drawing(
        facts=PictureFacts(media_type=media_type, width=width, height=height),
        content=None if is_same else content,
    )
