"""Looking into pictures that nobody vouches for, and making others of them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.picture import Finish, PictureFacts

from .media_store import Spool


@frozen(kw_only=True)
class Drawn:
    """What became of a picture.

    Attributes:
        facts: What the picture is now.
        is_changed: Whether it is in the spool now; False: it is good as it was, and nothing was
            written.
    """

    facts: PictureFacts
    is_changed: bool


class ImagesPort(Protocol):
    """Looks into pictures that nobody vouches for, with bounds on time and memory.

    Every method decodes the whole picture (of an animation the first frame), strips all metadata
    but the colour profile, and writes new bytes to *into*, which stays the caller's, to be
    finished or closed. What needs no change keeps its bytes; what only loses metadata keeps its
    pixels as they are encoded. *seconds* is the time it may take at most; the adapter may set a
    lower bound of its own.

    Every method raises BadPicture: UNSUPPORTED if it is no JPEG, PNG or WebP; TOO_LARGE if width ×
    height × frames exceed `MAX_PIXELS`, which is found out before decoding, or if it needs more
    memory than a picture may; TOO_SLOW if it needs more time than a picture may; UNDECODABLE if it
    is broken, cut short, or has more than `MAX_JPEG_SCANS` scans. DeadlinePassed says nothing of
    the picture: *seconds* were over, perhaps waiting for others. StorageUnavailable does not
    either: there is no memory or process to work with. What the spool raises reaches the caller.
    """

    @abstractmethod
    async def prepare(
        self, photo: Blob, *, into: Spool, max_edge: int, max_bytes: int, seconds: float
    ) -> Drawn:
        """Make a guest's photo fit for a provider: upright, without metadata, not too large.

        The orientation of EXIF is applied (illegal values count as 1). What is longer than
        *max_edge* pixels is scaled down. CMYK, 16-bit, palettes and grey with alpha become 8-bit
        RGB or RGBA, colour profiles are applied when pixels are encoded anew; of an animation the
        first frame stays. The type stays, unless the picture would have more than *max_bytes*: it
        becomes a JPEG, at a smaller size if need be.

        Returns:
            Drawn, its facts being those of the upright photo before it was scaled down, but with
            the media type it has now.
        """

    @abstractmethod
    async def render(self, answer: Blob, *, into: Spool, finish: Finish, seconds: float) -> Drawn:
        """Check what a provider made, and give it the format and size that *finish* asks for.

        Raises:
            BadPicture: Also FLAT if it is of one colour all over; TURNED if it lies where
                `finish.like` stands, or stands where it lies.
        """

    @abstractmethod
    async def preview(self, picture: Blob, *, into: Spool, seconds: float) -> Drawn:
        """Make a WebP of at most `PREVIEW_EDGE` pixels a side. Never keeps photos waiting."""

    @abstractmethod
    async def lull(self, *, until: float) -> None:
        """Wait until no photo and no answer has been looked at for a moment. Raises nothing.

        Returns at the moment *until* on the monotonic clock, if there is no lull before.
        """
