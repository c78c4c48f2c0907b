"""The outline of a WebP (RFC 9649)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import define, field

from .exif import UPRIGHT, orientation
from .outline import Outline, broken

_RIFF: Final = 12
_HEAD: Final = 8
_BITS_14: Final = 0x3FFF

_KEPT: Final = frozenset({b"VP8X", b"ICCP", b"ALPH", b"VP8 ", b"VP8L", b"ANIM", b"ANMF"})
_EXIF_AND_XMP: Final = 0x0C
"""The bits in the first byte of VP8X that announce them."""


def webp_outline(content: bytes) -> Outline:
    """Return the outline of a WebP, animated or not; of several sizes the largest counts.

    Raises:
        BadPicture: If it is cut short, or gives no size.
    """
    reading = _Reading()
    for kind, data in _chunks(content):
        reading.take(kind, data)
    return reading.outline()


@define
class _Reading:
    """What the chunks so far have told."""

    width: int = 0
    height: int = 0
    frames: int = 0
    orientation: int | None = None
    kept: list[bytes | memoryview] = field(factory=list)

    def take(self, kind: bytes, data: memoryview) -> None:
        wide, high = _size(kind, bytes(data[:10]))
        self.width, self.height = max(self.width, wide), max(self.height, high)
        self.frames += kind == b"ANMF"
        if kind == b"EXIF":
            self.orientation = self.orientation or orientation(bytes(data))
        if kind in _KEPT:
            self.kept += _chunk(kind, _quiet(data) if kind == b"VP8X" else data)

    def outline(self) -> Outline:
        if not (self.width and self.height):
            raise broken("no size")
        return Outline(
            width=self.width,
            height=self.height,
            frames=max(1, self.frames),
            orientation=self.orientation or UPRIGHT,
            is_plain=not self.frames,
            kept=[_riff(sum(map(len, self.kept))), *self.kept],
        )


def _riff(length: int) -> bytes:
    return b"RIFF" + (length + len(b"WEBP")).to_bytes(4, "little") + b"WEBP"


def _chunk(kind: bytes, data: bytes | memoryview) -> list[bytes | memoryview]:
    return [kind + len(data).to_bytes(4, "little"), data, bytes(len(data) % 2)]


def _quiet(data: memoryview) -> bytes:
    """Return VP8X that announces neither EXIF nor XMP."""
    return bytes([data[0] & ~_EXIF_AND_XMP & 0xFF]) + bytes(data[1:]) if data else b""


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
