"""What every `ImagesPort` promises."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from attrs import frozen

from photochanger_adapters.images.images import PillowImages
from photochanger_adapters.memory.images import MemoryImages
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.picture import (
    BadPicture,
    MediaType,
    PictureFacts,
    PictureProblem,
    sniff,
)
from photochanger_core.ports.images import ImagesPort
from tests.pictures import JPEG, SIZE, flat, gif, picture, png_bomb

BAD_REAL = {
    PictureProblem.UNSUPPORTED: gif(),
    PictureProblem.UNDECODABLE: picture(JPEG)[:-30],
    PictureProblem.TOO_LARGE: png_bomb(),
}
BAD_PLAYED = {
    PictureProblem.UNSUPPORTED: gif(),
    PictureProblem.UNDECODABLE: picture(JPEG) + b"broken",
    PictureProblem.TOO_LARGE: picture(JPEG) + b"huge",
}


@frozen
class Look:
    images: ImagesPort
    bad: Mapping[PictureProblem, bytes]

    async def at(self, content: bytes, declared: MediaType = JPEG) -> PictureFacts:
        return await self.images.inspect(BytesBlob(content, declared), seconds=30)


@asynccontextmanager
async def memory() -> AsyncIterator[Look]:
    yield Look(MemoryImages(width=SIZE[0], height=SIZE[1]), BAD_PLAYED)


@asynccontextmanager
async def pillow() -> AsyncIterator[Look]:
    async with PillowImages() as images:
        yield Look(images, BAD_REAL)


@pytest.fixture(params=[memory, pillow], ids=lambda make: make.__name__)
async def look(request: pytest.FixtureRequest) -> AsyncIterator[Look]:
    async with request.param() as made:
        yield made


@pytest.mark.parametrize("kind", MediaType)
async def test_tells_what_a_good_picture_is(look: Look, kind: MediaType) -> None:
    facts = await look.at(picture(kind))

    assert facts == PictureFacts(media_type=kind, width=SIZE[0], height=SIZE[1])


async def test_the_bytes_decide_whatever_is_declared(look: Look) -> None:
    facts = await look.at(picture(MediaType.PNG), declared=JPEG)

    assert facts.media_type is MediaType.PNG


@pytest.mark.parametrize("problem", PictureProblem)
async def test_refuses_a_bad_picture(look: Look, problem: PictureProblem) -> None:
    with pytest.raises(BadPicture) as refused:
        await look.at(look.bad[problem])

    assert refused.value.problem is problem


async def test_a_bad_picture_does_not_spoil_the_next(look: Look) -> None:
    for content in look.bad.values():
        with pytest.raises(BadPicture):
            await look.at(content)

    assert (await look.at(picture(JPEG))).media_type is JPEG


async def test_the_picture_stays_the_callers(look: Look) -> None:
    blob = BytesBlob(picture(JPEG), JPEG)
    await look.images.inspect(blob, seconds=30)

    assert b"".join([chunk async for chunk in blob.chunks()]) == blob.content


async def test_a_picture_of_several_chunks(look: Look) -> None:
    content = flat(JPEG, SIZE, exif=bytes(60_000)) + bytes(600_000)

    assert sniff(content) is (await look.at(content)).media_type
