"""Photos and an answer of wanted weights, made from seeds: the same on every machine.

What tells two photos of one kind apart is the resolution noted in the JPEG: a number that servers
keep, and that changes no pixel. So a photo has nothing that is to be taken away, and is new to
whoever remembers photos by their bytes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

from attrs import frozen
from PIL import Image

_TRIES: Final = 8
_COARSE: Final = 64
"""Pixels between the points of which shapes are made."""

_NOTED_AT: Final = 14
"""Where a JPEG's resolution stands: behind SOI, the segment's head, name, version and unit."""

_BASE: Final = 65_000


@frozen
class Kind:
    """What a photo is like: its bytes and its pixels."""

    weight: int
    size: tuple[int, int]
    seed: int


SMALL: Final = "0.5 MB"
USUAL: Final = "3 MB"
LARGE: Final = "12 MB"
CAMERA: Final = "10 MB"

KINDS: Final = {
    SMALL: Kind(500_000, (1600, 1200), 1),
    USUAL: Kind(3_000_000, (3648, 2736), 2),
    LARGE: Kind(12_000_000, (6000, 4000), 3),
    CAMERA: Kind(10_000_000, (6000, 4000), 4),
}
"""The photos, by name: the last two have 24 megapixels."""

ANSWER: Final = Kind(1_500_000, (1024, 1024), 5)


def make_photo(kind: Kind) -> bytes:
    """Return a JPEG of this kind."""
    return _weighing(kind, _jpeg)


def make_answer(kind: Kind = ANSWER) -> bytes:
    """Return a PNG of this kind."""
    return _weighing(kind, _png)


def make_all(folder: Path) -> dict[str, Path]:
    """Write the photos into *folder*, and return where they are."""
    made = {}
    for name, kind in KINDS.items():
        made[name] = folder / f"{name}.jpg"
        made[name].write_bytes(make_photo(kind))
    return made


def noted(number: int) -> bytes:
    """Return what stands for photo *number* in place of the resolution."""
    across, down = 1 + number // _BASE, 1 + number % _BASE
    return across.to_bytes(2, "big") + down.to_bytes(2, "big")


def place_of_note(photo: bytes) -> slice:
    """Return where the resolution stands in a JPEG.

    Raises:
        ValueError: If none is noted there.
    """
    if photo[6:11] != b"JFIF\0":
        raise ValueError("a JPEG that does not begin with JFIF's segment")
    return slice(_NOTED_AT, _NOTED_AT + 4)


def _weighing(kind: Kind, encoded: Callable[[Image.Image], bytes]) -> bytes:
    """Return shapes with so much grain that they weigh what they are to."""
    shapes, grain = _shapes(kind), _grain(kind, kind.size)
    least, most, tried = 0.0, 1.0, b""
    for _ in range(_TRIES):
        share = (least + most) / 2
        tried = encoded(Image.blend(shapes, grain, share))
        least, most = (share, most) if len(tried) < kind.weight else (least, share)
    return tried


def _shapes(kind: Kind) -> Image.Image:
    width, height = kind.size
    few = _grain(kind, (width // _COARSE, height // _COARSE))
    return few.resize(kind.size, Image.Resampling.BICUBIC)


def _grain(kind: Kind, size: tuple[int, int]) -> Image.Image:
    width, height = size
    seeded = random.Random(kind.seed)  # noqa: S311 - to be the same each time
    return Image.frombytes("RGB", size, seeded.randbytes(width * height * 3))


def _jpeg(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=90, dpi=(72, 72))
    return file.getvalue()


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", compress_level=6)
    return file.getvalue()
