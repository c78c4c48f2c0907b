"""What a picture is, and what makes one unacceptable."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from attrs import frozen

MAX_PIXELS: Final = 100_000_000
"""Width × height × frames that are decoded at most."""

MAX_JPEG_SCANS: Final = 100
"""Scans of a progressive JPEG that are decoded at most: each costs a pass over all pixels."""

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


class BadPicture(Exception):
    """A picture cannot be used; whose fault that is, the caller knows."""

    def __init__(self, problem: PictureProblem, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}")
        self.problem = problem
        self.detail = detail


@frozen(kw_only=True)
class PictureFacts:
    """What decoding a whole picture has shown. Width and height in pixels, as stored."""

    media_type: MediaType
    width: int
    height: int


def sniff(head: bytes) -> MediaType | None:
    """Return the type that the first `SNIFF_BYTES` bytes of a file show, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return MediaType.WEBP
    return None
