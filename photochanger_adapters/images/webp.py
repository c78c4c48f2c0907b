"""The outline of a WebP (RFC 9649)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .outline import Outline, broken

_RIFF: Final = 12
_HEAD: Final = 8
_BITS_14: Final = 0x3FFF


def webp_outline(content: bytes) -> Outline:
    """Return the outline of a WebP, animated or not; of several sizes the largest counts.

    Raises:
        BadPicture: If it is cut short, or gives no size.
    """
    width = height = frames = 0
    for kind, data in _chunks(content):
        frames += kind == b"ANMF"
        wide, high = _size(kind, bytes(data[:10]))
        width, height = max(width, wide), max(height, high)
    if not (width and height):
        raise broken("no size")
    return Outline(width=width, height=height, frames=max(1, frames))


def _size(kind: bytes, data: bytes) -> tuple[int, int]:
    """Return the size that a chunk gives, or (0, 0)."""
    match kind:
        case b"VP8X":
            return _little(data[4:7]) + 1, _little(data[7:10]) + 1
        case b"VP8L":
            bits = _little(data[1:5])
            return (bits & _BITS_14) + 1, (bits >> 14 & _BITS_14) + 1
        case b"VP8 ":
            return _little(data[6:8]) & _BITS_14, _little(data[8:10]) & _BITS_14
        case _:
            return 0, 0


def _chunks(content: bytes) -> Iterator[tuple[bytes, memoryview]]:
    view = memoryview(content)
    end = _little(content[4:8]) + _HEAD
    if end > len(view):
        raise broken("cut short")
    position = _RIFF
    while position + _HEAD <= end:
        length = _little(view[position + 4 : position + 8])
        start = position + _HEAD
        yield bytes(view[position : position + 4]), view[start : min(start + length, end)]
        position = start + length + length % 2


def _little(data: bytes | memoryview) -> int:
    return int.from_bytes(data, "little")
