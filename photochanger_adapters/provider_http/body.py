"""Bodies of requests, of known length, read while they are sent. No I/O here."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import StorageUnavailable


class Body(Protocol):
    """A body of known length, read while it is sent."""

    @property
    def size(self) -> int:
        """Length in bytes."""

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield `size` bytes."""


@frozen
class ShortBody:
    """A body that is held as a whole, as a form of a few fields may be."""

    content: bytes

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.content)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield all of it."""
        yield self.content


@frozen
class PictureBody:
    """A picture as it is."""

    picture: Blob

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self.picture.size

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield all of it.

        Raises:
            StorageUnavailable: If it cannot be read, or is not as long as it said.
        """
        seen = 0
        async for chunk in self.picture.chunks():
            seen += len(chunk)
            yield chunk
        if seen != self.size:
            raise StorageUnavailable(f"a picture of {self.size} bytes gave {seen}")
