"""Pixels, by libvips: the only module that knows it. For a process that may die of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pyvips

from photochanger_core.domain.picture import BadPicture, MediaType, PictureProblem

from .outline import broken
from .source import Source

Pixels = Any
"""A `pyvips.Image`, for which there are no types. Most are computed only when they are needed."""

_SHRINKS: Final = (8, 4, 2)
_STRICT: Final = {"fail_on": "error", "access": "sequential"}
_PROFILE: Final = "icc-profile-data"
_WHITE: Final = [255, 255, 255]
_GREY_AND_ALPHA: Final = 2
_IN_16_BITS: Final = 257

_FLAT: Final = 12
"""So far apart may the values of one colour be, of 255: lossy WebP spreads them by up to 11."""

_CUT_SHORT: Final = "premature end of data segment"
_OUT_OF_MEMORY: Final = re.compile("out of memory|insufficient memory", re.IGNORECASE)

_TURNS: Final[Mapping[int, Callable[[Pixels], Pixels]]] = {
    1: lambda image: image,
    2: lambda image: image.fliphor(),
    3: lambda image: image.rot180(),
    4: lambda image: image.flipver(),
    5: lambda image: image.rot90().fliphor(),
    6: lambda image: image.rot90(),
    7: lambda image: image.rot270().fliphor(),
    8: lambda image: image.rot270(),
}
"""By orientation, what brings a picture upright."""


def only_the_three_formats() -> None:
    """Take from libvips what else it can read, what it keeps, and all threads but one."""
    pyvips.operation_block_set("VipsForeignLoad", state=True)
    for kind in ("Jpeg", "Png", "Webp"):
        pyvips.operation_block_set(f"VipsForeignLoad{kind}", state=False)
    pyvips.cache_set_max(0)
    pyvips.concurrency_set(1)


@contextmanager
def blamed_on_the_picture() -> Iterator[None]:
    """Turn what goes wrong with pixels into `BadPicture`."""
    try:
        yield
    except MemoryError as error:
        raise BadPicture(PictureProblem.TOO_LARGE, "needs too much memory") from error
    except pyvips.Error as error:
        detail = str(error)
        if _OUT_OF_MEMORY.search(detail):
            raise BadPicture(PictureProblem.TOO_LARGE, "needs too much memory") from error
        raise broken(detail) from error


def loaded(source: Source, *, at_least: int) -> Pixels:
    """Return the first frame, perhaps smaller, its longer side having *at_least* so many pixels.

    Decoding to a fraction costs less, and reads all of the file, too. What is broken behind its
    head is found out when the pixels are asked for; until then *source* has to be kept.
    """
    shrink = _shrink(source, at_least)
    content = pyvips.Source.new_from_memory(source.content)  # which is not copied, as a buffer is
    match source.media_type:
        case MediaType.JPEG:
            return pyvips.Image.jpegload_source(content, shrink=shrink, **_STRICT)
        case MediaType.PNG:
            return pyvips.Image.pngload_source(content, **_STRICT)
        case MediaType.WEBP:
            return pyvips.Image.webpload_source(content, scale=1 / shrink, **_STRICT)


def computed(image: Pixels) -> Pixels:
    """Return it with all pixels in memory.

    Raises:
        BadPicture: If it is a JPEG of which pixels are missing: libvips notes that among harmless
            faults.
    """
    _notes()
    pixels = image.copy_memory()
    if _CUT_SHORT in _notes():
        raise broken("cut short")
    return pixels


def plain(image: Pixels) -> Pixels:
    """Return it as 8-bit grey, RGB or RGBA."""
    if image.interpretation == "cmyk":
        return _without_profile(image.icc_transform("srgb", embedded=True, input_profile="cmyk"))
    if image.format != "uchar" or image.bands == _GREY_AND_ALPHA:
        return image.colourspace("srgb")
    return image


def toned(image: Pixels) -> Pixels:
    """Return it in sRGB; a colour profile that makes no sense is passed over."""
    if not image.get_typeof(_PROFILE):
        return image
    return image.icc_transform("srgb", embedded=True, input_profile="srgb")


def turned(image: Pixels, orientation: int) -> Pixels:
    """Return it upright. It has to be in memory."""
    return _TURNS[orientation](image)


def within(image: Pixels, edge: int) -> Pixels:
    """Return it scaled down, if need be, to at most *edge* pixels a side."""
    return image.thumbnail_image(edge, height=edge, size="down")


def contained(image: Pixels, width: int, height: int) -> Pixels:
    """Return it as large as fits into *width* × *height*."""
    return image.thumbnail_image(width, height=height)


def covering(image: Pixels, width: int, height: int) -> Pixels:
    """Return it as *width* × *height*; what sticks out is cut off evenly."""
    return image.thumbnail_image(width, height=height, crop="centre")


def is_flat(image: Pixels) -> bool:
    """Whether it is of one colour, or nothing can be seen of it. It has to be in memory."""
    row = image.crop(0, image.height // 2, image.width, 1)
    return _is_flat(row) and _is_flat(image)


def encoded(image: Pixels, media_type: MediaType, **options: object) -> bytes:
    """Return it as a file without metadata; *options* are those of libvips."""
    if media_type is MediaType.JPEG and image.hasalpha():
        image = image.flatten(background=_WHITE)
    save = getattr(image, f"{media_type.name.lower()}save_buffer")
    content = bytes(save(keep="none", **options))
    return Source.of(content).content  # PNGs have a resolution noted all the same


def _notes() -> str:
    """Return what libvips has noted since the last time."""
    return str(pyvips.Error("").detail)


def _shrink(source: Source, at_least: int) -> int:
    width, height = source.outline.width, source.outline.height
    longer, shorter = max(width, height), min(width, height)
    fitting = (one for one in _SHRINKS if longer // one >= at_least and shorter // one)
    return next(fitting, 1)


def _without_profile(image: Pixels) -> Pixels:
    image = image.copy()
    image.remove(_PROFILE)
    return image


def _is_flat(image: Pixels) -> bool:
    _, *bands = image.stats().tolist()  # at once: libvips makes an image of every value asked for
    spans = [(least, most) for least, most, *_ in bands]
    if image.hasalpha():
        _, opacity = spans.pop()
        if not opacity:
            return True
    unit = 1 if image.format == "uchar" else _IN_16_BITS
    return all(most - least <= _FLAT * unit for least, most in spans)
