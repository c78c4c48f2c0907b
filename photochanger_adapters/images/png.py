"""The outline of a PNG (W3C PNG, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from .outline import Outline, broken

_HEAD: Final = struct.Struct(">I4s")
_CRC: Final = struct.Struct(">I")
_SIGNATURE: Final = 8
_IHDR: Final = struct.Struct(">II")
_ACTL: Final = struct.Struct(">I")


def png_outline(content: bytes) -> Outline:
    """Return the outline of a PNG, animated or not.

    Raises:
        BadPicture: If a chunk is damaged or cut short, or the first or the last one is missing.
    """
    size = None
    frames = 1
    for kind, data in _chunks(content):
        if size is None:
            size = _size(kind, data)
        if kind == b"acTL" and len(data) >= _ACTL.size:
            frames = max(frames, _ACTL.unpack_from(data)[0])
        if kind == b"IEND":
            return Outline(width=size[0], height=size[1], frames=frames)
    raise broken("no IEND chunk")


def _size(kind: bytes, data: memoryview) -> tuple[int, int]:
    if kind != b"IHDR" or len(data) < _IHDR.size:
        raise broken("no IHDR chunk")
    width, height = _IHDR.unpack_from(data)
    return width, height


def _chunks(content: bytes) -> Iterator[tuple[bytes, memoryview]]:
    view = memoryview(content)
    position = _SIGNATURE
    while position + _HEAD.size <= len(view):
        length, kind = _HEAD.unpack_from(view, position)
        start = position + _HEAD.size
        end = start + length
        if end + _CRC.size > len(view):
            raise broken("a chunk is cut short")
        # Pillow does not look at the checksums of pixels.
        if zlib.crc32(view[start:end], zlib.crc32(kind)) != _CRC.unpack_from(view, end)[0]:
            raise broken("a chunk is damaged")
        yield kind, view[start:end]
        position = end + _CRC.size
