"""What a picture claims to be, read from its bytes without decoding any."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen

from photochanger_core.domain.picture import (
    MAX_JPEG_SCANS,
    MAX_PIXELS,
    BadPicture,
    PictureProblem,
)

from .exif import UPRIGHT

_FIRST_ON_ITS_SIDE = 5


@frozen(kw_only=True)
class Outline:
    """What a picture claims to be: a claim too large is refused before it costs anything.

    Attributes:
        width: In pixels, as they are stored.
        height: Likewise.
        frames: Pictures of an animation.
        scans: Passes over all pixels that a JPEG needs.
        orientation: How it is to be turned, as EXIF counts it: 1 to 8.
        is_plain: Whether it is one picture of 8-bit grey, RGB or RGBA.
        kept: What is left of the file without metadata, in pieces.
    """

    width: int
    height: int
    frames: int = 1
    scans: int = 1
    orientation: int = UPRIGHT
    is_plain: bool = True
    kept: Sequence[bytes | memoryview] = field(default=(), repr=False)

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height when turned as it is to be."""
        if self.orientation >= _FIRST_ON_ITS_SIDE:
            return self.height, self.width
        return self.width, self.height

    def check(self) -> None:
        """Check that decoding is worth trying.

        Raises:
            BadPicture: If there are too many pixels or scans.
        """
        if self.width * self.height * self.frames > MAX_PIXELS:
            claim = f"{self.width} × {self.height} × {self.frames}"
            raise BadPicture(PictureProblem.TOO_LARGE, claim)
        if self.scans > MAX_JPEG_SCANS:
            raise BadPicture(PictureProblem.UNDECODABLE, f"more than {MAX_JPEG_SCANS} scans")


def broken(detail: str) -> BadPicture:
    """Return what to raise where the bytes make no picture."""
    return BadPicture(PictureProblem.UNDECODABLE, detail)
