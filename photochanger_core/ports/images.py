"""Looking into pictures that nobody vouches for."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.picture import PictureFacts


class ImagesPort(Protocol):
    """Looks into pictures that nobody vouches for, with bounds on time and memory."""

    @abstractmethod
    async def inspect(self, picture: Blob, *, seconds: float) -> PictureFacts:
        """Decode a whole picture and return what it is.

        Args:
            picture: Stays the caller's.
            seconds: Time it may take at most. The adapter may set a lower bound of its own.

        Raises:
            BadPicture: UNSUPPORTED if it is no JPEG, PNG or WebP; TOO_LARGE if width × height ×
                frames exceed `MAX_PIXELS`, which is found out before decoding, or if it needs
                more memory than a picture may; UNDECODABLE if it is broken, cut short, has more
                than `MAX_JPEG_SCANS` scans, or needs more time than a picture may.
        """
