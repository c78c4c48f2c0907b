"""The outline of a JPEG (ITU-T T.81, annex B)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from photochanger_core.domain.picture import MAX_JPEG_SCANS

from .outline import Outline, broken

_MARKER: Final = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""Any marker but the restart markers, which are as many as there are blocks, and mean nothing here.

FF 00 is a byte of coded data, further FFs before a marker fill up.
"""

_EOI: Final = 0xD9
_SOS: Final = 0xDA
_BARE: Final = frozenset({0x01, 0xD8})
"""Markers without a length: TEM and SOI."""

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""SOF0–SOF15: the rest of the range is DHT, JPG and DAC."""


def jpeg_outline(content: bytes) -> Outline:
    """Return the outline of a JPEG; scans are not counted beyond one too many.

    Reads on where decoders do: bytes between segments are skipped, what follows EOI is not looked
    at. Of several frame headers the largest counts.

    Raises:
        BadPicture: If there is no frame header.
    """
    width = height = scans = 0
    for marker, start in _segments(content):
        if marker in _FRAMES:
            height = max(height, int.from_bytes(content[start + 3 : start + 5], "big"))
            width = max(width, int.from_bytes(content[start + 5 : start + 7], "big"))
        elif marker == _SOS:
            scans += 1
        if scans > MAX_JPEG_SCANS:
            break
    if not (width and height):
        raise broken("no frame header")
    return Outline(width=width, height=height, scans=scans)


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield the marker of every segment, and where its length stands."""
    position = 2
    while match := _MARKER.search(content, position):
        marker, position = match[1][0], match.end()
        if marker == _EOI:
            return
        if marker not in _BARE:
            yield marker, position
            position += max(2, int.from_bytes(content[position : position + 2], "big"))
