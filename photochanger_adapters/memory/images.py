"""Pictures believed by their first and last bytes."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.picture import (
    SNIFF_BYTES,
    BadPicture,
    PictureFacts,
    PictureProblem,
    sniff,
)
from photochanger_core.ports.images import ImagesPort

ENDINGS: Final = {
    b"broken": PictureProblem.UNDECODABLE,
    b"huge": PictureProblem.TOO_LARGE,
}
"""Content that ends in one of these is refused for that problem."""


@frozen(kw_only=True)
class MemoryImages(ImagesPort):
    """Decodes nothing: believes the first bytes, and every picture is *width* × *height*.

    Content that ends in one of the `ENDINGS` plays a picture that cannot be used.
    """

    width: int = 640
    height: int = 480

    async def inspect(self, picture: Blob, *, seconds: float) -> PictureFacts:
        content = b"".join([chunk async for chunk in picture.chunks()])
        media_type = sniff(content[:SNIFF_BYTES])
        if media_type is None:
            raise BadPicture(PictureProblem.UNSUPPORTED)
        for ending, problem in ENDINGS.items():
            if content.endswith(ending):
                raise BadPicture(problem)
        return PictureFacts(media_type=media_type, width=self.width, height=self.height)
