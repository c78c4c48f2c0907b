"""The outline of a PNG (W3C PNG, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from attrs import define

from .exif import UPRIGHT, orientation
from .outline import Outline, broken

_HEAD: Final = struct.Struct(">I4s")
_CRC: Final = struct.Struct(">I")
_SIGNATURE: Final = 8
_IHDR: Final = struct.Struct(">IIBB")
_ACTL: Final = struct.Struct(">I")

_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_COLOURS: Final = {b"sRGB": 1, b"gAMA": 4, b"cHRM": 32, b"cICP": 4}
"""Chunks that say what the colours mean, and the bytes each has."""

_PLAIN: Final = {(8, 0), (8, 2), (8, 6)}
"""Depth and kind of grey, RGB and RGBA."""

_MAX_PROFILE: Final = 8 * 2**20
"""Bytes of a colour profile; those of cameras have a megabyte at most."""


def png_outline(content: bytes) -> Outline:
    """Return the outline of a PNG, animated or not. What is kept of an animation is one picture.

    Raises:
        BadPicture: If a chunk is damaged or cut short, or the first or the last one is missing.
    """
    reading = _Reading(kept=[content[:_SIGNATURE]])
    for kind, data, whole in _chunks(content):
        reading.take(kind, data, whole)
        if kind == b"IEND":
            return reading.outline()
    raise broken("no IEND chunk")


@define
class _Reading:
    """What the chunks so far have told."""

    kept: list[bytes | memoryview]
    head: tuple[int, int, int, int] | None = None
    frames: int = 1
    orientation: int = UPRIGHT

    def take(self, kind: bytes, data: memoryview, whole: memoryview) -> None:
        self.head = self.head or _head(kind, data)
        if kind == b"acTL" and len(data) >= _ACTL.size:
            self.frames = max(self.frames, _ACTL.unpack_from(data)[0])
        if kind == b"eXIf":
            self.orientation = orientation(bytes(data))
        if _is_kept(kind, data):
            self.kept.append(whole)

    def outline(self) -> Outline:
        assert self.head  # noqa: S101 - the first chunk was one
        width, height, *form = self.head
        return Outline(
            width=width,
            height=height,
            frames=self.frames,
            orientation=self.orientation,
            is_plain=tuple(form) in _PLAIN,
            kept=self.kept,
        )


def _head(kind: bytes, data: memoryview) -> tuple[int, int, int, int]:
    if kind != b"IHDR" or len(data) < _IHDR.size:
        raise broken("no IHDR chunk")
    width, height, depth, colours = _IHDR.unpack_from(data)
    return width, height, depth, colours


def _is_kept(kind: bytes, data: memoryview) -> bool:
    """Whether pixels and their colours depend on a chunk."""
    if kind == b"iCCP":
        return _is_profile(bytes(data))
    return kind in _KEPT or _COLOURS.get(kind) == len(data)


def _is_profile(data: bytes) -> bool:
    """Whether it is packed soundly and whole, and no flood."""
    _, _, rest = data.partition(b"\0")
    pack = zlib.decompressobj()
    try:
        pack.decompress(rest[1:], _MAX_PROFILE)
    except zlib.error:
        return False
    return pack.eof


def _chunks(content: bytes) -> Iterator[tuple[bytes, memoryview, memoryview]]:
    """Yield the kind of every chunk, what it says, and all its bytes."""
    view = memoryview(content)
    position = _SIGNATURE
    while position + _HEAD.size <= len(view):
        length, kind = _HEAD.unpack_from(view, position)
        start = position + _HEAD.size
        end = start + length
        if end + _CRC.size > len(view):
            raise broken("a chunk is cut short")
        # Decoders do not look at every checksum.
        if zlib.crc32(view[start:end], zlib.crc32(kind)) != _CRC.unpack_from(view, end)[0]:
            raise broken("a chunk is damaged")
        yield kind, view[start:end], view[position : end + _CRC.size]
        position = end + _CRC.size
