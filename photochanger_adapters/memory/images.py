"""Pictures believed by their first and last bytes."""

from __future__ import annotations

import asyncio
from typing import Final

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.picture import (
    SNIFF_BYTES,
    BadPicture,
    Finish,
    MediaType,
    PictureFacts,
    PictureProblem,
    sniff,
)
from photochanger_core.ports.images import Drawn, ImagesPort
from photochanger_core.ports.media_store import Spool

ENDINGS: Final = {
    b"broken": PictureProblem.UNDECODABLE,
    b"huge": PictureProblem.TOO_LARGE,
}
"""Content that ends in one of these is refused for that problem."""

ANSWERS_ENDINGS: Final = {
    b"flat": PictureProblem.FLAT,
    b"turned": PictureProblem.TURNED,
}
"""The same for what a provider made; turned is only what has to lie like something."""

UNTIDY: Final = b"untidy"
"""Content that ends in this needs to be changed: it loses it."""

MAGIC: Final = {
    MediaType.JPEG: b"\xff\xd8\xff",
    MediaType.PNG: b"\x89PNG\r\n\x1a\n",
    MediaType.WEBP: b"RIFF\0\0\0\0WEBP",
}
"""What a picture of another type gets in front of its bytes."""


@frozen(kw_only=True)
class MemoryImages(ImagesPort):
    """Decodes nothing: believes the first bytes, and every picture is *width* × *height*.

    Content that ends in one of the `ENDINGS` plays a picture that cannot be used.

    Attributes:
        rush_ends: When there is a lull, on the loop's clock.
    """

    width: int = 640
    height: int = 480
    rush_ends: float = 0.0

    async def prepare(
        self, photo: Blob, *, into: Spool, max_edge: int, max_bytes: int, seconds: float
    ) -> Drawn:
        content, media_type = await _looked_at(photo)
        return await self._drawn(content, content.removesuffix(UNTIDY), media_type, into)

    async def render(self, answer: Blob, *, into: Spool, finish: Finish, seconds: float) -> Drawn:
        content, media_type = await _looked_at(answer)
        _guard(content, finish)
        wanted = finish.media_type or media_type
        made = content.removesuffix(UNTIDY)
        if wanted is not media_type:
            made = MAGIC[wanted] + made
        return await self._drawn(content, made, wanted, into)

    async def preview(self, picture: Blob, *, into: Spool, seconds: float) -> Drawn:
        content, _ = await _looked_at(picture)
        made = MAGIC[MediaType.WEBP] + content[-SNIFF_BYTES:]
        return await self._drawn(content, made, MediaType.WEBP, into)

    async def lull(self, *, until: float) -> None:
        left = min(until, self.rush_ends) - asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, left))

    async def _drawn(
        self, content: bytes, made: bytes, media_type: MediaType, into: Spool
    ) -> Drawn:
        if is_changed := made != content:
            await into.write(made)
        facts = PictureFacts(media_type=media_type, width=self.width, height=self.height)
        return Drawn(facts=facts, is_changed=is_changed)


async def _looked_at(picture: Blob) -> tuple[bytes, MediaType]:
    content = b"".join([chunk async for chunk in picture.chunks()])
    media_type = sniff(content[:SNIFF_BYTES])
    if media_type is None:
        raise BadPicture(PictureProblem.UNSUPPORTED)
    for ending, problem in ENDINGS.items():
        if content.endswith(ending):
            raise BadPicture(problem)
    return content, media_type


def _guard(answer: bytes, finish: Finish) -> None:
    for ending, problem in ANSWERS_ENDINGS.items():
        is_asked = problem is not PictureProblem.TURNED or finish.like is not None
        if answer.endswith(ending) and is_asked:
            raise BadPicture(problem)
