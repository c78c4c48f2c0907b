"""What every `ObjectStorePort` promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from attrs import evolve

from photochanger_adapters.filesystem.object_store import FOLDERS, FileObjectStore
from photochanger_adapters.memory.media_store import MemoryMediaStore
from photochanger_adapters.memory.object_store import MemoryObjectStore
from photochanger_adapters.system.clock import SystemClock
from photochanger_core.domain.blob import CHUNK, Blob, BytesBlob
from photochanger_core.domain.errors import MediaNotFound, StorageUnavailable
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.object_store import ObjectStorePort

from . import samples
from .samples import media_id

LARGE = bytes(range(256)) * (CHUNK // 256) * 3 + b"and more"
PICTURE = BytesBlob(LARGE, MediaType.PNG)


@pytest.fixture(params=["memory", "files"])
async def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStorePort:
    if request.param == "memory":
        return MemoryObjectStore(MemoryMediaStore(SystemClock()))
    store = FileObjectStore(tmp_path / "media")
    await store.prepare()
    return store


def media(number: int = 1, use: MediaUse = MediaUse.PROVIDER) -> MediaObject:
    digest = sha256(LARGE).hexdigest()
    return samples.media(number, use=use, size=len(LARGE), sha256=digest)


async def content(blob: Blob) -> bytes:
    return b"".join([chunk async for chunk in blob.chunks()])


async def kept(objects: ObjectStorePort, use: MediaUse, *, hours: float = 1) -> set[MediaId]:
    moment = datetime.now(UTC) + timedelta(hours=hours)
    return {found async for found in objects.kept_before(use, moment)}


@pytest.mark.parametrize("use", MediaUse)
async def test_what_was_kept_is_opened(objects: ObjectStorePort, use: MediaUse) -> None:
    await objects.keep(media(use=use), PICTURE)

    opened = await objects.open(media(use=use))

    assert await content(opened) == LARGE
    assert (opened.size, opened.sha256) == (PICTURE.size, PICTURE.sha256)
    assert opened.media_type is MediaType.PNG
    await opened.close()


async def test_every_use_has_ids_of_its_own(objects: ObjectStorePort) -> None:
    await objects.keep(media(1, MediaUse.PROVIDER), PICTURE)
    await objects.keep(media(2, MediaUse.TEMPLATE), PICTURE)

    with pytest.raises(MediaNotFound):
        await objects.open(media(1, MediaUse.TEMPLATE))
    await objects.discard(MediaUse.TEMPLATE, media_id(1))
    assert await kept(objects, MediaUse.PROVIDER) == {media_id(1)}
    assert await kept(objects, MediaUse.TEMPLATE) == {media_id(2)}
    assert await kept(objects, MediaUse.UPLOAD) == set()


async def test_what_was_discarded_is_gone_but_for_whoever_reads_it(
    objects: ObjectStorePort,
) -> None:
    await objects.keep(media(), PICTURE)
    opened = await objects.open(media())
    assert await objects.size_of(MediaUse.PROVIDER, media_id(1)) == PICTURE.size
    for size in (PICTURE.size, 0):
        assert await objects.discard(MediaUse.PROVIDER, media_id(1)) == size
    assert await objects.size_of(MediaUse.PROVIDER, media_id(1)) == 0

    with pytest.raises(MediaNotFound):
        await objects.open(media())
    assert await content(opened) == LARGE
    await opened.close()


async def test_only_what_is_old_enough_is_listed(objects: ObjectStorePort) -> None:
    await objects.keep(media(), PICTURE)

    assert await kept(objects, MediaUse.PROVIDER, hours=-1) == set()


class Stalling(BytesBlob):
    """A picture whose second half never comes."""

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        yield self.content[: self.size // 2]
        await asyncio.Event().wait()


class Breaking(BytesBlob):
    """A picture whose second half cannot be read."""

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        yield self.content[: self.size // 2]
        raise StorageUnavailable("broken off")


async def test_a_picture_that_breaks_off_is_not_there(objects: ObjectStorePort) -> None:
    with pytest.raises(StorageUnavailable, match="broken off"):
        await objects.keep(media(), Breaking(LARGE, MediaType.PNG))

    with pytest.raises(MediaNotFound):
        await objects.open(media())
    await objects.keep(media(), PICTURE)


async def test_a_picture_given_up_in_the_middle_is_not_there(objects: ObjectStorePort) -> None:
    keeping = asyncio.create_task(objects.keep(media(), Stalling(LARGE, MediaType.PNG)))
    await asyncio.sleep(0.05)
    keeping.cancel()
    await asyncio.wait([keeping])

    with pytest.raises(MediaNotFound):
        await objects.open(media())
    assert await kept(objects, MediaUse.PROVIDER) == set()


class TestFiles:
    @pytest.fixture
    async def store(self, tmp_path: Path) -> FileObjectStore:
        store = FileObjectStore(tmp_path)
        await store.prepare()
        return store

    async def test_they_lie_where_their_use_and_id_say(
        self, store: FileObjectStore, tmp_path: Path
    ) -> None:
        for use, folder in FOLDERS.items():
            await store.keep(media(use=use), PICTURE)
            location = store.location(media(use=use))
            assert location == f"{folder}/{media_id(1)}/payload.png"
            assert (tmp_path / location).read_bytes() == LARGE

    @pytest.mark.parametrize("wrong", ["../../etc", "", "A" * 32, "a" * 31, f"{'a' * 31}\n", "."])
    async def test_no_path_is_made_of_what_is_no_id(
        self, store: FileObjectStore, wrong: str
    ) -> None:
        with pytest.raises(MediaNotFound):
            await store.open(evolve(media(), media_id=MediaId(wrong)))
        with pytest.raises(MediaNotFound):
            await store.discard(MediaUse.PROVIDER, MediaId(wrong))

    async def test_a_file_that_was_cut_is_not_handed_out(
        self, store: FileObjectStore, tmp_path: Path
    ) -> None:
        await store.keep(media(), PICTURE)
        (tmp_path / store.location(media())).write_bytes(LARGE[:-1])

        with pytest.raises(StorageUnavailable):
            await store.open(media())

    async def test_a_disk_that_is_away_is_not_an_empty_one(
        self, store: FileObjectStore, tmp_path: Path
    ) -> None:
        for folder in FOLDERS.values():
            (tmp_path / folder).rmdir()

        with pytest.raises(StorageUnavailable):
            await store.open(media())
        with pytest.raises(StorageUnavailable):
            await store.discard(MediaUse.PROVIDER, media_id(1))
