"""What a stand-in remembers of the pictures that came."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

from attrs import frozen
from PIL import Image

from photochanger_core.domain.picture import MediaType


@frozen(kw_only=True)
class SeenPicture:
    """A picture that came: what it is, not what it shows.

    Attributes:
        pixels: Width and height as they lie in the file; None: its beginning is broken.
        has_exif: Whether EXIF comes before the pixels.
    """

    media_type: str
    size: int
    sha256: str
    pixels: tuple[int, int] | None
    has_exif: bool

    @classmethod
    def of(cls, content: bytes, media_type: MediaType) -> SeenPicture:
        """Return what is remembered of *content*."""
        pixels, has_exif = _head(content)
        return cls(
            media_type=media_type.value,
            size=len(content),
            sha256=sha256(content).hexdigest(),
            pixels=pixels,
            has_exif=has_exif,
        )


def _head(content: bytes) -> tuple[tuple[int, int] | None, bool]:
    """Return size and presence of EXIF, without decoding a pixel."""
    try:
        with Image.open(BytesIO(content)) as opened:
            return opened.size, "exif" in opened.info
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None, False
