"""What every `ImagesPort` promises."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import pytest
from attrs import frozen
from PIL import Image

from photochanger_adapters.images.images import VipsImages
from photochanger_adapters.memory.images import UNTIDY, MemoryImages
from photochanger_core.domain.blob import Blob, BytesBlob
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
from tests.pictures import JPEG, PNG, SIZE, WEBP, exif, gif, picture, png_bomb, saved
from tests.spools import Sheet

STANDING = PictureFacts(media_type=JPEG, width=480, height=640)
LYING = PictureFacts(media_type=JPEG, width=640, height=480)
AS_IT_COMES = Finish(media_type=None, width=1, height=1, like=LYING)
STANDING_ONLY = Finish(media_type=None, width=1, height=1, like=STANDING)

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


@frozen(kw_only=True)
class Stage:
    """An adapter, and pictures that it takes for what the names say."""

    images: ImagesPort
    bad: Mapping[PictureProblem, bytes]
    flat: bytes
    untidy: bytes

    async def prepare(self, photo: Blob, into: Sheet) -> Drawn:
        limits = {"max_edge": 3072, "max_bytes": 10**7}
        return await self.images.prepare(photo, into=into, **limits, seconds=30)

    async def render(self, answer: Blob, into: Sheet) -> Drawn:
        return await self.images.render(answer, into=into, finish=AS_IT_COMES, seconds=30)

    async def preview(self, picture: Blob, into: Sheet) -> Drawn:
        return await self.images.preview(picture, into=into, seconds=30)


@asynccontextmanager
async def memory() -> AsyncIterator[Stage]:
    yield Stage(
        images=MemoryImages(width=SIZE[0], height=SIZE[1]),
        bad=BAD_PLAYED,
        flat=picture(JPEG) + b"flat",
        untidy=picture(JPEG) + UNTIDY,
    )


@asynccontextmanager
async def vips() -> AsyncIterator[Stage]:
    async with VipsImages() as images:
        yield Stage(
            images=images,
            bad=BAD_REAL,
            flat=saved(Image.new("RGB", SIZE), JPEG),
            untidy=picture(JPEG, exif=exif(1)),
        )


@pytest.fixture(params=[memory, vips], ids=lambda make: make.__name__)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with request.param() as made:
        yield made


Work = Callable[[Stage, Blob, Sheet], Awaitable[Drawn]]
WORKS: list[Work] = [Stage.prepare, Stage.render, Stage.preview]
every_work = pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
but_for_previews = pytest.mark.parametrize("work", WORKS[:2], ids=lambda work: work.__name__)


def blob(content: bytes, declared: MediaType = JPEG) -> BytesBlob:
    return BytesBlob(content, declared)


@but_for_previews
@pytest.mark.parametrize("kind", MediaType)
async def test_a_good_picture_stays_as_it_is(stage: Stage, kind: MediaType, work: Work) -> None:
    sheet = Sheet()
    drawn = await work(stage, blob(picture(kind)), sheet)

    assert drawn.facts == PictureFacts(media_type=kind, width=SIZE[0], height=SIZE[1])
    assert (drawn.is_changed, sheet.content) == (False, b"")


@but_for_previews
async def test_an_untidy_picture_is_tidied(stage: Stage, work: Work) -> None:
    sheet = Sheet()
    drawn = await work(stage, blob(stage.untidy), sheet)

    assert drawn.is_changed
    assert drawn.facts.media_type is sniff(sheet.content[:SNIFF_BYTES]) is JPEG
    assert len(sheet.content) < len(stage.untidy)


@pytest.mark.parametrize("wanted", MediaType)
async def test_an_answer_becomes_what_is_wanted(stage: Stage, wanted: MediaType) -> None:
    sheet = Sheet()
    finish = Finish(media_type=wanted, width=1, height=1)
    drawn = await stage.images.render(blob(picture(PNG)), into=sheet, finish=finish, seconds=30)

    assert drawn.facts.media_type is wanted
    assert drawn.is_changed == (wanted is not PNG)
    assert sniff(sheet.content[:SNIFF_BYTES]) is (None if wanted is PNG else wanted)


@pytest.mark.parametrize("kind", MediaType)
async def test_a_preview_is_a_webp(stage: Stage, kind: MediaType) -> None:
    sheet = Sheet()
    drawn = await stage.preview(blob(picture(kind)), sheet)

    assert drawn.facts.media_type is sniff(sheet.content[:SNIFF_BYTES]) is WEBP
    assert drawn.is_changed


@every_work
async def test_the_bytes_decide_whatever_is_declared(stage: Stage, work: Work) -> None:
    drawn = await work(stage, blob(picture(PNG), declared=JPEG), Sheet())

    assert drawn.facts.media_type is (WEBP if work is Stage.preview else PNG)


@every_work
@pytest.mark.parametrize("problem", BAD_REAL)
async def test_refuses_a_bad_picture(stage: Stage, problem: PictureProblem, work: Work) -> None:
    sheet = Sheet()
    with pytest.raises(BadPicture) as refused:
        await work(stage, blob(stage.bad[problem]), sheet)

    assert refused.value.problem is problem
    assert not sheet.content


async def test_an_answer_must_not_be_flat(stage: Stage) -> None:
    assert (await stage.prepare(blob(stage.flat), Sheet())).facts.width == SIZE[0]

    with pytest.raises(BadPicture) as refused:
        await stage.render(blob(stage.flat), Sheet())
    assert refused.value.problem is PictureProblem.FLAT


async def test_an_answer_must_not_be_turned(stage: Stage) -> None:
    answer, free = blob(picture(JPEG) + b"turned"), Finish(media_type=None, width=1, height=1)
    drawn = await stage.images.render(answer, into=Sheet(), finish=free, seconds=30)
    assert drawn.facts.width == SIZE[0]

    with pytest.raises(BadPicture) as refused:
        await stage.images.render(answer, into=Sheet(), finish=STANDING_ONLY, seconds=30)
    assert refused.value.problem is PictureProblem.TURNED


async def test_a_bad_picture_does_not_spoil_the_next(stage: Stage) -> None:
    for content in stage.bad.values():
        with pytest.raises(BadPicture):
            await stage.prepare(blob(content), Sheet())

    assert (await stage.prepare(blob(picture(JPEG)), Sheet())).facts.media_type is JPEG


@every_work
async def test_picture_and_spool_stay_the_callers(stage: Stage, work: Work) -> None:
    photo, sheet = blob(stage.untidy), Sheet()
    await work(stage, photo, sheet)

    assert b"".join([chunk async for chunk in photo.chunks()]) == stage.untidy
    assert not sheet.is_closed


@every_work
async def test_a_picture_of_several_chunks(stage: Stage, work: Work) -> None:
    content = picture(PNG, size=(1_000, 800))
    drawn = await work(stage, blob(content), Sheet())
    assert drawn.facts.media_type is (WEBP if work is Stage.preview else PNG)


async def test_there_is_a_lull_where_nothing_happens(stage: Stage) -> None:
    await stage.images.lull(until=math.inf)
