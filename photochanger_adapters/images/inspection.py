"""Looking into a picture that nobody vouches for: for a process that may die of it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final

# The plugins too: Pillow would look for them at the first picture.
from PIL import Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401

from photochanger_core.domain.picture import (
    MAX_PIXELS,
    SNIFF_BYTES,
    BadPicture,
    MediaType,
    PictureFacts,
    PictureProblem,
    sniff,
)

from .jpeg import jpeg_outline
from .outline import Outline, broken
from .png import png_outline
from .webp import webp_outline

_MAX_PROFILE: Final = 8 * 2**20
"""Bytes of a colour profile or text in a PNG; profiles of cameras exceed Pillow's own limit."""

_OUTLINES: Final[Mapping[MediaType, Callable[[bytes], Outline]]] = {
    MediaType.JPEG: jpeg_outline,
    MediaType.PNG: png_outline,
    MediaType.WEBP: webp_outline,
}


def inspect(content: bytes) -> PictureFacts:
    """Decode a whole picture, every frame of it, and return what it is.

    Raises:
        BadPicture: As `ImagesPort.inspect` says, but for the bounds on time and memory, which are
            set from outside.
    """
    media_type = sniff(content[:SNIFF_BYTES])
    if media_type is None:
        raise BadPicture(PictureProblem.UNSUPPORTED)
    _OUTLINES[media_type](content).check()
    try:
        width, height = _decode(content, media_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture(PictureProblem.TOO_LARGE, str(error)) from error
    except MemoryError as error:
        raise BadPicture(PictureProblem.TOO_LARGE, "needs too much memory") from error
    except Exception as error:  # hostile bytes make decoders raise anything
        raise broken(f"{type(error).__name__}: {error}") from error
    return PictureFacts(media_type=media_type, width=width, height=height)


def _decode(content: bytes, media_type: MediaType) -> tuple[int, int]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        Image.MAX_IMAGE_PIXELS = MAX_PIXELS
        PngImagePlugin.MAX_TEXT_CHUNK = _MAX_PROFILE
        with Image.open(BytesIO(content), formats=[media_type.name]) as image:
            for frame in range(_frames(image, media_type)):
                image.seek(frame)
                image.load()
            return image.size


def _frames(image: Image.Image, media_type: MediaType) -> int:
    """Return how many frames belong to the picture: none of those behind a JPEG's end."""
    return 1 if media_type is MediaType.JPEG else getattr(image, "n_frames", 1)
