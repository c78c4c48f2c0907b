"""How a picture is to be turned, by its EXIF (CIPA DC-008, TIFF 6.0)."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Final

UPRIGHT: Final = 1

_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
_ENTRY: Final = 12
_PREFIX: Final = b"Exif\0\0"
_BYTE_ORDERS: Final = {b"II*\0": "<", b"MM\0*": ">"}


def orientation(exif: bytes) -> int:
    """Return the orientation, 1 to 8, that a block of EXIF gives; 1 if it gives none or nonsense.

    Args:
        exif: As it lies in any of the three formats; in a JPEG, and in some WebP, it has a prefix.
    """
    tiff = exif.removeprefix(_PREFIX)
    order = _BYTE_ORDERS.get(tiff[:4])
    found = next(_orientations(tiff, order), UPRIGHT) if order else UPRIGHT
    return found if UPRIGHT <= found <= 8 else UPRIGHT  # noqa: PLR2004 - there are eight


def _orientations(tiff: bytes, order: str) -> Iterator[int]:
    """Yield what the entries of the first directory say."""
    (directory,) = Struct(f"{order}I").unpack(tiff[4:8].ljust(4, b"\0"))
    (count,) = Struct(f"{order}H").unpack(tiff[directory : directory + 2].ljust(2, b"\0"))
    entries = tiff[directory + 2 : directory + 2 + count * _ENTRY]
    whole = len(entries) // _ENTRY * _ENTRY
    for tag, kind, value in Struct(f"{order}HH4xH2x").iter_unpack(entries[:whole]):
        if (tag, kind) == (_ORIENTATION, _SHORT):
            yield value
