"""Somewhere to write to, for tests that look at what was written."""

from __future__ import annotations

from attrs import define, field

from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.media_store import Spool


@define
class Sheet(Spool):
    """Keeps what is written, and how long the pieces were."""

    content: bytes = b""
    pieces: list[int] = field(factory=list)
    is_closed: bool = False

    async def write(self, chunk: bytes) -> None:
        self.content += chunk
        self.pieces.append(len(chunk))

    async def finish(self, media_type: MediaType) -> Blob:
        return BytesBlob(self.content, media_type)

    async def close(self) -> None:
        self.is_closed = True
