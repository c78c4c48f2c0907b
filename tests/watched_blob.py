"""A photo that is watched on its way."""

from __future__ import annotations

from collections.abc import AsyncIterator

from attrs import field, frozen

from photochanger_core.domain.blob import Blob, Digest
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.picture import MediaType


@frozen
class WatchedBlob(Blob):
    """A large photo that knows whether somebody reads it."""

    readers: list[int] = field(factory=list)
    size: int = 10 * 1024 * 1024
    sha256: str = ""
    media_type: MediaType = MediaType.JPEG

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        self.readers.append(1)
        try:
            for _ in range(self.size // 2**18):
                yield b"\xff" * 2**18
        finally:
            self.readers.pop()

    async def digest(self, kind: Digest) -> str:
        raise StorageUnavailable("nobody asks for it")

    def again(self) -> Blob:
        return self

    async def close(self) -> None:
        """Nothing is held."""
