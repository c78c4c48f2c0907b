"""A picture somewhere, as the core sees it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator
from hashlib import new, sha256
from typing import Final, Literal, Protocol

from attrs import field, frozen

from .picture import MediaType

CHUNK: Final = 2**19
"""Bytes a chunk has at most."""


Digest = Literal["md5", "sha1", "sha256"]


class Blob(Protocol):
    """Bytes of a picture that lie somewhere: in a file, in memory.

    Whoever is given a blob closes it, unless told otherwise; closing twice is allowed.
    """

    @property
    @abstractmethod
    def size(self) -> int:
        """Length in bytes."""

    @property
    @abstractmethod
    def sha256(self) -> str:
        """SHA-256 of the content, in lower-case hexadecimal digits."""

    @property
    @abstractmethod
    def media_type(self) -> MediaType:
        """Type of the content."""

    @abstractmethod
    def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from *start* up to, not including, *stop*, in chunks of at most `CHUNK`.

        May be called several times, also at once.

        Raises:
            StorageUnavailable: If the bytes cannot be read.
        """

    @abstractmethod
    async def digest(self, kind: Digest) -> str:
        """Return the digest of the content, in lower-case hexadecimal digits.

        Raises:
            StorageUnavailable: If the bytes cannot be read.
        """

    @abstractmethod
    def again(self) -> Blob:
        """Return another blob of the same bytes, to be closed by itself.

        Raises:
            StorageUnavailable: If this one is closed.
        """

    @abstractmethod
    async def close(self) -> None:
        """Let go of what holds the bytes."""


@frozen
class BytesBlob(Blob):
    """A picture held in memory, for what a provider just sent."""

    content: bytes = field(repr=False)
    _media_type: MediaType
    _sha256: str = field(init=False)

    @_sha256.default
    def _digest(self) -> str:
        return sha256(self.content).hexdigest()

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return self._sha256

    @property
    def media_type(self) -> MediaType:
        return self._media_type

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        end = self.size if stop is None else min(stop, self.size)
        for offset in range(start, end, CHUNK):
            yield self.content[offset : min(offset + CHUNK, end)]

    async def digest(self, kind: Digest) -> str:
        return new(kind, self.content, usedforsecurity=False).hexdigest()

    def again(self) -> Blob:
        return self

    async def close(self) -> None:
        """Do nothing: memory needs no closing."""
