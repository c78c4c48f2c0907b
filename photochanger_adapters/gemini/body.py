"""A request body whose pictures are encoded while they are sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import pybase64
from attrs import field, frozen

from photochanger_adapters.provider_http.body import PictureBody
from photochanger_core.domain.blob import Blob

_GROUP: Final = 3
"""Bytes that become four characters of base64."""


@frozen
class Body:
    """JSON around pictures: only the JSON is held, and the length is known beforehand.

    Attributes:
        pieces: In order; a blob stands for its base64.
    """

    pieces: tuple[bytes | Blob, ...] = field(repr=False)

    @property
    def size(self) -> int:
        """Length in bytes."""
        return sum(map(_length, self.pieces))

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield `size` bytes.

        Raises:
            StorageUnavailable: If a picture cannot be read, or is not as long as it said.
        """
        for piece in self.pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                async with aclosing(_encoded(piece)) as encoded:
                    async for chunk in encoded:
                        yield chunk


def base64_size(size: int) -> int:
    """Return how many characters *size* bytes become."""
    return -(-size // _GROUP) * 4


def _length(piece: bytes | Blob) -> int:
    return len(piece) if isinstance(piece, bytes) else base64_size(piece.size)


async def _encoded(picture: Blob) -> AsyncGenerator[bytes, None]:
    rest = b""
    async with aclosing(PictureBody(picture).chunks()) as chunks:
        async for chunk in chunks:
            data = rest + chunk
            whole = len(data) - len(data) % _GROUP
            rest = data[whole:]
            yield pybase64.b64encode(data[:whole])
    yield pybase64.b64encode(rest)
