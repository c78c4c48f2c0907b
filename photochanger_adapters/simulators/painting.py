"""Changing a photo so that everybody sees it was changed."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from math import ceil, sqrt
from typing import Final

from PIL import Image, ImageDraw, ImageFont, ImageOps

CAPTION: Final = "PhotoChanger demo"

_EDGES: Final = {"512": 512, "1K": 1024, "2K": 2048, "4K": 4096}
_STEP: Final = 16
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_DARK, _MIDDLE, _LIGHT, _BAND = "#14213d", "#e4572e", "#ffe8a3", "#0f866c"


class Unpaintable(Exception):
    """The photo cannot be decoded."""


def painted(
    photo: bytes,
    *,
    aspect_ratio: str | None = None,
    image_size: str | None = None,
    inset: bytes | None = None,
) -> bytes:
    """Return the photo in three colours above a caption, as PNG. Takes its time: use a thread.

    Args:
        photo: JPEG, PNG or WebP.
        aspect_ratio: Like `3:2`; None: that of the photo.
        image_size: Like `1K`; None: 1K.
        inset: Another picture, shown small in a corner, in its own colours.

    Raises:
        Unpaintable: If a picture cannot be decoded.
    """
    upright = _decoded(photo)
    size = _size(aspect_ratio, upright.size, image_size or "1K")
    picture = _captioned(_coloured(ImageOps.fit(upright.convert("L"), size)))
    if inset is not None:
        corner = (max(1, size[0] // 3), max(1, size[1] // 3))
        picture.paste(ImageOps.fit(_decoded(inset).convert("RGB"), corner))
    return _png(picture)


def flattened(picture: bytes) -> bytes:
    """Return a PNG of one colour, as large as *picture*."""
    with Image.open(BytesIO(picture)) as opened:
        return _png(Image.new("RGB", opened.size, _MIDDLE))


def turned_over(picture: bytes) -> bytes:
    """Return *picture* on its side, as PNG."""
    with Image.open(BytesIO(picture)) as opened:
        return _png(opened.transpose(Image.Transpose.ROTATE_90))


def black_square(edge: int) -> bytes:
    """Return a PNG with one bit a pixel, packed as tightly as zeros can be."""
    head = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + (edge + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(edge)) + packer.flush()
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _decoded(photo: bytes) -> Image.Image:
    """Return the photo as it is meant to be seen."""
    try:
        with Image.open(BytesIO(photo), formats=_FORMATS) as opened:
            opened.load()
            return ImageOps.exif_transpose(opened)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unpaintable(str(error)) from error


def _size(aspect_ratio: str | None, photo: tuple[int, int], image_size: str) -> tuple[int, int]:
    """Return width and height as the real models do: steps of 16, 1K at 3:2 is 1264 × 848."""
    width, height = map(int, aspect_ratio.split(":")) if aspect_ratio else photo
    edge = _EDGES[image_size]
    return _stepped(edge * sqrt(width / height)), _stepped(edge * sqrt(height / width))


def _stepped(length: float) -> int:
    return max(1, ceil(length / _STEP)) * _STEP


def _coloured(grey: Image.Image) -> Image.Image:
    return ImageOps.colorize(grey, black=_DARK, mid=_MIDDLE, white=_LIGHT)


def _captioned(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    band = max(_STEP, height // 10)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height - band, width, height), fill=_BAND)
    font = ImageFont.load_default(size=band * 0.6)
    draw.text((width / 2, height - band / 2), CAPTION, fill="white", font=font, anchor="mm")
    return picture


def _png(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
