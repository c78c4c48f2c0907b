"""A picture as it came, looked at as far as that is possible without decoding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from attrs import field, frozen

from photochanger_core.domain.picture import (
    SNIFF_BYTES,
    BadPicture,
    MediaType,
    PictureProblem,
    sniff,
)

from .exif import UPRIGHT
from .jpeg import jpeg_outline
from .outline import Outline
from .png import png_outline
from .webp import webp_outline

_OUTLINES: Final[Mapping[MediaType, Callable[[bytes], Outline]]] = {
    MediaType.JPEG: jpeg_outline,
    MediaType.PNG: png_outline,
    MediaType.WEBP: webp_outline,
}


@frozen(kw_only=True)
class Source:
    """A picture worth decoding.

    Attributes:
        media_type: By its first bytes.
        outline: What it claims to be.
        content: It without metadata; nothing else is ever decoded or handed on.
        is_stripped: Whether it had any.
    """

    media_type: MediaType
    outline: Outline
    content: bytes = field(repr=False)
    is_stripped: bool

    @classmethod
    def of(cls, content: bytes) -> Source:
        """Look at a picture.

        Raises:
            BadPicture: If it is of no known type, broken as far as can be seen, or too large.
        """
        media_type = sniff(content[:SNIFF_BYTES])
        if media_type is None:
            raise BadPicture(PictureProblem.UNSUPPORTED)
        outline = _OUTLINES[media_type](content)
        outline.check()
        left = b"".join(outline.kept)
        return cls(
            media_type=media_type, outline=outline, content=left, is_stripped=left != content
        )

    @property
    def is_good(self) -> bool:
        """Whether its pixels can stay as they are."""
        return self.outline.is_plain and self.outline.orientation == UPRIGHT
