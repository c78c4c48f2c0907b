"""What a picture claims to be, read from its bytes without decoding any."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.picture import (
    MAX_JPEG_SCANS,
    MAX_PIXELS,
    BadPicture,
    PictureProblem,
)


@frozen(kw_only=True)
class Outline:
    """What a picture claims to be: a claim too large is refused before it costs anything.

    Attributes:
        width: In pixels.
        height: In pixels.
        frames: Pictures of an animation.
        scans: Passes over all pixels that a JPEG needs.
    """

    width: int
    height: int
    frames: int = 1
    scans: int = 1

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
