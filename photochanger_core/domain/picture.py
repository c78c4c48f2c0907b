"""What a picture is, and what makes one unacceptable."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from attrs import frozen

MAX_PIXELS: Final = 100_000_000
"""Width × height × frames that are decoded at most."""

MAX_JPEG_SCANS: Final = 100
"""Scans of a progressive JPEG that are decoded at most: each costs a pass over all pixels."""

PREVIEW_EDGE: Final = 480
"""Pixels that the longer side of a preview has at most."""

SNIFF_BYTES: Final = 12
"""So many first bytes tell the type."""


class MediaType(StrEnum):
    """The three types that come in and go out. The value is the MIME type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"

    @property
    def extension(self) -> str:
        """The file name's ending, without a dot."""
        return {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}[self.value]


class PictureProblem(StrEnum):
    """Why a picture cannot be used."""

    UNSUPPORTED = "unsupported"
    UNDECODABLE = "undecodable"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    FLAT = "flat"
    TURNED = "turned"


class BadPicture(Exception):
    """A picture cannot be used; whose fault that is, the caller knows."""

    def __init__(self, problem: PictureProblem, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}")
        self.problem = problem
        self.detail = detail


@frozen(kw_only=True)
class PictureFacts:
    """What decoding a whole picture has shown. Width and height in pixels, upright."""

    media_type: MediaType
    width: int
    height: int

    def lies_like(self, other: PictureFacts) -> bool:
        """Whether both lie, or both stand; what is nearly square does either."""
        return self._lie * other._lie >= 0

    @property
    def _lie(self) -> int:
        """1 if it lies, -1 if it stands, 0 if it is nearly square."""
        if self.width > self.height * _NEARLY_SQUARE:
            return 1
        return -1 if self.height > self.width * _NEARLY_SQUARE else 0


_NEARLY_SQUARE: Final = 1.1


class Fit(StrEnum):
    """How a picture is brought to a size."""

    NONE = "none"
    CONTAIN = "contain"
    COVER = "cover"


@frozen(kw_only=True)
class Finish:
    """What a finished picture is to be.

    Attributes:
        media_type: None: as it comes.
        fit: CONTAIN: as large as possible inside width × height, shape kept; COVER: exactly that
            size, shape kept, what sticks out is cut off evenly; NONE: the size it has. Pictures
            are enlarged, too.
        width: In pixels; means nothing if `fit` is NONE.
        height: Likewise.
        like: The guest's photo, which it must lie or stand like; None: it may do either.
    """

    media_type: MediaType | None
    fit: Fit = Fit.NONE
    width: int
    height: int
    like: PictureFacts | None = None


def sniff(head: bytes) -> MediaType | None:
    """Return the type that the first `SNIFF_BYTES` bytes of a file show, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return MediaType.WEBP
    return None
