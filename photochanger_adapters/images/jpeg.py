"""The outline of a JPEG (ITU-T T.81, annex B; JFIF: T.871; Adobe's segment: T.872)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from attrs import define, field, frozen

from photochanger_core.domain.picture import MAX_JPEG_SCANS

from .exif import UPRIGHT, orientation
from .outline import Outline, broken

_MARKER: Final = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""Any marker but the restart markers, which are as many as there are blocks, and mean nothing here.

FF 00 is a byte of coded data, further FFs before a marker fill up.
"""

_START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
_EOI: Final = 0xD9
_SOS: Final = 0xDA
_BARE: Final = frozenset({0x01, 0xD8})
"""Markers without a length: TEM and SOI."""

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""SOF0–SOF15: the rest of the range is DHT, JPG and DAC."""

_TABLES: Final = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD})
"""DHT, DAC, DQT, DNL and DRI."""

_JFIF: Final = 0xE0
_JFIF_HEAD: Final = b"\xff\xe0\0\x10"
_EXIF: Final = 0xE1
_ICC: Final = 0xE2
_ADOBE: Final = 0xEE
_ADOBE_HEAD: Final = b"\xff\xee\0\x0e"
_PLAIN: Final = {(8, 1), (8, 3)}
"""Bits and components of grey and of colours; four components are inks."""


def jpeg_outline(content: bytes) -> Outline:
    """Return the outline of a JPEG; scans are not counted beyond one too many.

    Reads on where decoders do: bytes between segments are skipped, what follows EOI is not looked
    at. Of several frame headers the largest counts.

    Raises:
        BadPicture: If there is no frame header, or no end.
    """
    reading = _Reading()
    for segment in _segments(content):
        reading.take(segment)
        if reading.scans > MAX_JPEG_SCANS:
            break
    return reading.outline()


@frozen(kw_only=True)
class _Segment:
    """A marker, what its segment says, and the coded data behind it."""

    marker: int
    data: memoryview
    coded: memoryview

    def says(self, name: bytes) -> bool:
        return self.data[: len(name)] == name

    def head(self) -> bytes:
        return bytes([0xFF, self.marker]) + (len(self.data) + 2).to_bytes(2, "big")


@define
class _Reading:
    """What the segments so far have told."""

    width: int = 0
    height: int = 0
    scans: int = 0
    orientation: int | None = None
    is_plain: bool = True
    kept: list[bytes | memoryview] = field(factory=lambda: [_START])

    def take(self, segment: _Segment) -> None:
        self.kept += _kept(segment)
        if segment.marker in _FRAMES:
            self._take_frame(bytes(segment.data[:6]).ljust(6, b"\0"))
        elif segment.marker == _SOS:
            self.scans += 1
        elif segment.marker == _EXIF and segment.says(b"Exif\0\0"):
            self.orientation = self.orientation or orientation(bytes(segment.data))

    def _take_frame(self, head: bytes) -> None:
        self.height = max(self.height, int.from_bytes(head[1:3], "big"))
        self.width = max(self.width, int.from_bytes(head[3:5], "big"))
        self.is_plain &= (head[0], head[5]) in _PLAIN

    def outline(self) -> Outline:
        if not (self.width and self.height):
            raise broken("no frame header")
        return Outline(
            width=self.width,
            height=self.height,
            scans=self.scans,
            orientation=self.orientation or UPRIGHT,
            is_plain=self.is_plain,
            kept=[*self.kept, _END],
        )


def _kept(segment: _Segment) -> list[bytes | memoryview]:
    """Return what pixels and their colours depend on: of JFIF's segment all but the thumbnail."""
    if segment.marker == _SOS:
        return [segment.head(), segment.data, segment.coded]
    if segment.marker in _FRAMES | _TABLES:
        return [segment.head(), segment.data]
    if segment.marker == _ICC and segment.says(b"ICC_PROFILE\0"):
        return [segment.head(), segment.data]
    if segment.marker == _JFIF and segment.says(b"JFIF\0"):
        return [_JFIF_HEAD, bytes(segment.data[:12]).ljust(14, b"\0")]
    if segment.marker == _ADOBE and segment.says(b"Adobe"):
        return [_ADOBE_HEAD, bytes(segment.data[:12]).ljust(12, b"\0")]
    return []


def _segments(content: bytes) -> Iterator[_Segment]:
    """Yield every segment up to the end of the picture."""
    view = memoryview(content)
    match = _MARKER.search(content, len(_START))
    while match:
        marker, position = match[1][0], match.end()
        if marker == _EOI:
            return
        start = position + 2
        if marker not in _BARE:
            position += max(2, int.from_bytes(view[position:start], "big"))
        match = _MARKER.search(content, position)  # once: coded data may be megabytes
        if marker not in _BARE:
            coded = view[position : match.start()] if match else view[:0]
            yield _Segment(marker=marker, data=view[start:position], coded=coded)
    raise broken("no end")
