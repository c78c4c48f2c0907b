"""What every `MediaStorePort` promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import new, sha256
from pathlib import Path

import pytest
from attrs import evolve

from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_adapters.memory.media_store import MemoryMediaStore
from photochanger_adapters.system.clock import SystemClock
from photochanger_core.domain.blob import CHUNK, Blob, BytesBlob, Digest
from photochanger_core.domain.errors import ResultNotFound, StorageUnavailable
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, Result
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.media_store import MediaStorePort

from . import samples

SLOT, OTHER_SLOT = SlotId("slot-001"), SlotId("slot-015")
JOB = JobId("11111111-1111-4111-8111-111111111111")
OTHER_JOB = JobId("22222222-2222-4222-9222-222222222222")
JPEG, PNG, WEBP = MediaType
SMALL = b"a small picture"
PREVIEW, OTHER_PREVIEW = (BytesBlob(b"RIFFsizeWEBP" + end, WEBP) for end in (b"one", b"other"))
LARGE = bytes(range(256)) * (CHUNK // 256) * 3 + b"and more"
A_SECOND = timedelta(seconds=1)


@pytest.fixture(params=["memory", "files"])
async def media(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStorePort:
    if request.param == "memory":
        return MemoryMediaStore(SystemClock())
    store = FileMediaStore(tmp_path / "media")
    await store.prepare()
    return store


class Breaking(BytesBlob):
    """A picture whose second half cannot be read."""

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        yield self.content[: self.size // 2]
        raise StorageUnavailable("broken off")


class Stalling(BytesBlob):
    """A picture whose second half never comes."""

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        yield self.content[: self.size // 2]
        await asyncio.Event().wait()


def now() -> datetime:
    return datetime.now(UTC)


async def content(blob: Blob, start: int = 0, stop: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in blob.chunks(start, stop)])


async def spooled(media: MediaStorePort, data: bytes, step: int = 100_000) -> Blob:
    spool = media.spool()
    for offset in range(0, len(data), step):
        await spool.write(data[offset : offset + step])
    return await spool.finish(JPEG)


def result(data: bytes, media_type: MediaType = JPEG) -> Result:
    return Result(
        media_type=media_type,
        size=len(data),
        sha256=sha256(data).hexdigest(),
        location="wherever",
        expires_at=now() + timedelta(hours=1),
    )


async def is_kept(media: MediaStorePort, slot: SlotId, job: JobId, data: bytes) -> bool:
    try:
        blob = await media.open(slot, job, result(data))
    except ResultNotFound:
        return False
    assert await content(blob) == data
    await blob.close()
    return True


async def kept_before(media: MediaStorePort, moment: datetime) -> set[tuple[SlotId, JobId]]:
    return {ids async for ids in media.kept_before(moment)}


def finished(job_id: JobId) -> Job:
    return samples.done(evolve(samples.job(), job_id=job_id, slot_id=SLOT))


class TestSpool:
    @pytest.mark.parametrize("data", [b"", SMALL, LARGE], ids=["empty", "small", "large"])
    @pytest.mark.parametrize("step", [1_000, CHUNK, 10_000_000])
    async def test_gives_back_what_was_written(
        self, media: MediaStorePort, data: bytes, step: int
    ) -> None:
        blob = await spooled(media, data, step)

        assert await content(blob) == data
        assert blob.size == len(data)
        assert blob.sha256 == sha256(data).hexdigest()
        assert blob.media_type is JPEG
        await blob.close()

    async def test_a_closed_spool_takes_nothing(self, media: MediaStorePort) -> None:
        spool = media.spool()
        await spool.write(SMALL)
        await spool.close()
        await spool.close()

        with pytest.raises(StorageUnavailable):
            await spool.write(SMALL)
        with pytest.raises(StorageUnavailable):
            await spool.finish(JPEG)

    async def test_a_finished_spool_takes_nothing(self, media: MediaStorePort) -> None:
        spool = media.spool()
        blob = await spool.finish(JPEG)

        with pytest.raises(StorageUnavailable):
            await spool.write(SMALL)
        with pytest.raises(StorageUnavailable):
            await spool.finish(JPEG)
        await blob.close()

    async def test_closing_the_spool_closes_the_picture(self, media: MediaStorePort) -> None:
        spool = media.spool()
        await spool.write(SMALL)
        blob = await spool.finish(JPEG)
        await spool.close()

        with pytest.raises(StorageUnavailable):
            await content(blob)
        await blob.close()

    async def test_spools_do_not_mix(self, media: MediaStorePort) -> None:
        blobs = await asyncio.gather(*(spooled(media, bytes([n]) * 300_000) for n in range(8)))

        assert [await content(blob) for blob in blobs] == [bytes([n]) * 300_000 for n in range(8)]
        await asyncio.gather(*(blob.close() for blob in blobs))

    async def test_an_upload_is_no_result(self, media: MediaStorePort) -> None:
        blob = await spooled(media, LARGE)

        assert not await kept_before(media, now() + A_SECOND)
        await blob.close()


class TestBlob:
    @pytest.fixture(params=["spooled", "kept"])
    async def blob(
        self, request: pytest.FixtureRequest, media: MediaStorePort
    ) -> AsyncIterator[Blob]:
        if request.param == "spooled":
            blob = await spooled(media, LARGE)
        else:
            await media.keep(SLOT, JOB, BytesBlob(LARGE, JPEG))
            blob = await media.open(SLOT, JOB, result(LARGE))
        yield blob
        await blob.close()

    @pytest.mark.parametrize(
        "start, stop",
        [(0, 0), (0, 1), (5, 5), (7, 12), (CHUNK - 1, CHUNK + 1), (CHUNK, None), (100, 2 * CHUNK)],
    )
    async def test_gives_any_part(self, blob: Blob, start: int, stop: int | None) -> None:
        assert await content(blob, start, stop) == LARGE[start:stop]

    async def test_gives_several_parts_at_once(self, blob: Blob) -> None:
        parts = [(0, None), (10, 20), (CHUNK, 2 * CHUNK), (3, CHUNK + 3)] * 3

        got = await asyncio.gather(*(content(blob, *part) for part in parts))

        assert got == [LARGE[slice(*part)] for part in parts]

    async def test_gives_chunks_of_a_bounded_size(self, blob: Blob) -> None:
        assert all([0 < len(chunk) <= CHUNK async for chunk in blob.chunks()])

    async def test_is_closed_twice_and_then_unreadable(self, blob: Blob) -> None:
        await blob.close()
        await blob.close()

        with pytest.raises(StorageUnavailable):
            await content(blob)

    @pytest.mark.parametrize("kind", ["md5", "sha1", "sha256"])
    async def test_has_digests_of_every_kind(self, blob: Blob, kind: Digest) -> None:
        digests = await asyncio.gather(*(blob.digest(kind) for _ in range(3)))

        assert digests == [new(kind, LARGE).hexdigest()] * 3

    async def test_the_same_bytes_can_be_had_again_and_are_closed_by_themselves(
        self, blob: Blob
    ) -> None:
        one, other = blob.again(), blob.again()
        await one.close()
        await blob.close()
        last = other.again()
        await other.close()

        assert await content(last, 5) == LARGE[5:]
        assert await last.digest("sha256") == sha256(LARGE).hexdigest()
        assert (last.size, last.sha256, last.media_type) == (blob.size, blob.sha256, JPEG)
        await last.close()
        for closed in (blob, one, other, last):
            with pytest.raises(StorageUnavailable):
                await content(closed)

    async def test_a_closed_one_gives_nothing_any_more(self, blob: Blob) -> None:
        await blob.close()

        with pytest.raises(StorageUnavailable):
            blob.again()
        with pytest.raises(StorageUnavailable):
            await blob.digest("md5")


class TestEmptyBlob:
    async def test_has_a_digest_and_can_be_had_again_until_it_is_closed(
        self, media: MediaStorePort
    ) -> None:
        blob = await spooled(media, b"")
        again = blob.again()

        assert await again.digest("sha256") == sha256().hexdigest()
        await again.close()
        with pytest.raises(StorageUnavailable):
            await again.digest("sha256")
        await blob.close()


class TestKeep:
    @pytest.mark.parametrize("data", [SMALL, LARGE], ids=["small", "large"])
    async def test_what_is_kept_can_be_opened(self, media: MediaStorePort, data: bytes) -> None:
        assert await media.keep(SLOT, JOB, BytesBlob(data, JPEG))

        blob = await media.open(SLOT, JOB, result(data))

        assert await content(blob) == data
        assert (blob.size, blob.media_type) == (len(data), JPEG)
        assert blob.sha256 == sha256(data).hexdigest()
        await blob.close()

    async def test_the_picture_stays_the_callers(self, media: MediaStorePort) -> None:
        blob = await spooled(media, LARGE)
        await media.keep(SLOT, JOB, blob)

        assert await content(blob) == LARGE
        await blob.close()
        assert await is_kept(media, SLOT, JOB, LARGE)

    async def test_keeping_again_replaces(self, media: MediaStorePort) -> None:
        await media.keep(SLOT, JOB, BytesBlob(LARGE, JPEG))
        await media.keep(SLOT, JOB, BytesBlob(SMALL, JPEG))

        assert await is_kept(media, SLOT, JOB, SMALL)

    async def test_many_at_once(self, media: MediaStorePort) -> None:
        jobs = [JobId(f"{n:08}-1111-4111-8111-111111111111") for n in range(12)]
        await asyncio.gather(
            *(media.keep(SLOT, job, BytesBlob(job.encode(), JPEG)) for job in jobs)
        )

        assert all([await is_kept(media, SLOT, job, job.encode()) for job in jobs])

    async def test_a_picture_that_breaks_off_is_not_kept(self, media: MediaStorePort) -> None:
        with pytest.raises(StorageUnavailable, match="broken off"):
            await media.keep(SLOT, JOB, Breaking(LARGE, JPEG))

        assert not await is_kept(media, SLOT, JOB, LARGE)

    async def test_a_cancelled_one_is_not_kept(self, media: MediaStorePort) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(media.keep(SLOT, JOB, Stalling(LARGE, JPEG)), 0.02)

        assert not await is_kept(media, SLOT, JOB, LARGE)
        await media.discard(SLOT, JOB)
        assert not await kept_before(media, now() + A_SECOND)

    @pytest.mark.parametrize("steps", range(8))
    async def test_cancelled_at_any_moment_it_is_kept_whole_or_not(
        self, media: MediaStorePort, steps: int
    ) -> None:
        task = asyncio.create_task(media.keep(SLOT, JOB, BytesBlob(LARGE, JPEG)))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await media.discard(SLOT, JOB)

        assert not await is_kept(media, SLOT, JOB, LARGE)


class TestOpen:
    async def test_what_was_never_kept_is_not_found(self, media: MediaStorePort) -> None:
        with pytest.raises(ResultNotFound):
            await media.open(SLOT, JOB, result(SMALL))

    async def test_results_are_found_by_slot_job_and_type(self, media: MediaStorePort) -> None:
        await media.keep(SLOT, JOB, BytesBlob(SMALL, JPEG))

        for slot, job, media_type in (
            (OTHER_SLOT, JOB, JPEG),
            (SLOT, OTHER_JOB, JPEG),
            (SLOT, JOB, PNG),
        ):
            with pytest.raises(ResultNotFound):
                await media.open(slot, job, result(SMALL, media_type))

    async def test_an_open_result_outlives_its_discarding(self, media: MediaStorePort) -> None:
        await media.keep(SLOT, JOB, BytesBlob(LARGE, JPEG))
        blob = await media.open(SLOT, JOB, result(LARGE))
        await media.discard(SLOT, JOB)

        assert await content(blob) == LARGE
        await blob.close()


class TestPreview:
    @pytest.fixture(autouse=True)
    async def kept(self, media: MediaStorePort) -> None:
        await media.keep(SLOT, JOB, BytesBlob(LARGE, JPEG))

    async def preview(self, media: MediaStorePort, job: JobId = JOB) -> bytes:
        blob = await media.open_preview(SLOT, job)
        assert blob.media_type is WEBP
        assert blob.sha256 == await blob.digest("sha256")
        data = await content(blob)
        await blob.close()
        return data

    async def test_what_is_kept_can_be_opened(self, media: MediaStorePort) -> None:
        await media.keep_preview(SLOT, JOB, PREVIEW)

        assert await self.preview(media) == PREVIEW.content
        assert await is_kept(media, SLOT, JOB, LARGE)

    async def test_keeping_again_replaces(self, media: MediaStorePort) -> None:
        for one in (PREVIEW, OTHER_PREVIEW):
            await media.keep_preview(SLOT, JOB, one)

        assert await self.preview(media) == OTHER_PREVIEW.content

    async def test_several_at_once_give_one_of_them(self, media: MediaStorePort) -> None:
        both = PREVIEW, OTHER_PREVIEW
        await asyncio.gather(*(media.keep_preview(SLOT, JOB, one) for one in both * 5))

        assert await self.preview(media) in [one.content for one in both]

    async def test_the_preview_stays_the_callers(self, media: MediaStorePort) -> None:
        spool = media.spool()
        await spool.write(PREVIEW.content)
        blob = await spool.finish(WEBP)
        await media.keep_preview(SLOT, JOB, blob)

        assert await content(blob) == PREVIEW.content
        await blob.close()
        assert await self.preview(media) == PREVIEW.content

    async def test_what_was_never_kept_is_not_found(self, media: MediaStorePort) -> None:
        await media.keep_preview(SLOT, JOB, PREVIEW)

        for slot, job in ((SLOT, OTHER_JOB), (OTHER_SLOT, JOB)):
            with pytest.raises(ResultNotFound):
                await media.open_preview(slot, job)

    async def test_a_result_without_one_has_none(self, media: MediaStorePort) -> None:
        with pytest.raises(ResultNotFound):
            await media.open_preview(SLOT, JOB)

    async def test_one_that_comes_late_does_not_bring_back_what_was_discarded(
        self, media: MediaStorePort
    ) -> None:
        await media.keep_preview(SLOT, JOB, PREVIEW)
        await media.discard(SLOT, JOB)
        await media.keep_preview(SLOT, JOB, PREVIEW)
        await media.keep_preview(OTHER_SLOT, OTHER_JOB, PREVIEW)

        for slot, job in ((SLOT, JOB), (OTHER_SLOT, OTHER_JOB)):
            with pytest.raises(ResultNotFound):
                await media.open_preview(slot, job)
        assert not await kept_before(media, now() + A_SECOND)

    async def test_discarding_while_they_are_kept_leaves_nothing(
        self, media: MediaStorePort
    ) -> None:
        late = (media.keep_preview(SLOT, JOB, PREVIEW) for _ in range(4))
        await asyncio.gather(*late, media.discard(SLOT, JOB))
        await media.discard(SLOT, JOB)

        with pytest.raises(ResultNotFound):
            await media.open_preview(SLOT, JOB)
        assert not await kept_before(media, now() + A_SECOND)

    async def test_one_that_breaks_off_is_not_kept(self, media: MediaStorePort) -> None:
        with pytest.raises(StorageUnavailable, match="broken off"):
            await media.keep_preview(SLOT, JOB, Breaking(PREVIEW.content, WEBP))

        with pytest.raises(ResultNotFound):
            await media.open_preview(SLOT, JOB)

    @pytest.mark.parametrize("steps", range(4))
    async def test_cancelled_at_any_moment_it_is_kept_whole_or_not(
        self, media: MediaStorePort, steps: int
    ) -> None:
        task = asyncio.create_task(media.keep_preview(SLOT, JOB, PREVIEW))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

        with suppress(ResultNotFound):
            assert await self.preview(media) == PREVIEW.content


class TestDiscard:
    async def test_removes_all_of_a_job_and_nothing_else(self, media: MediaStorePort) -> None:
        await media.keep(SLOT, JOB, BytesBlob(SMALL, JPEG))
        await media.keep(SLOT, JOB, BytesBlob(SMALL, PNG))
        await media.keep(SLOT, OTHER_JOB, BytesBlob(SMALL, JPEG))
        await media.keep(OTHER_SLOT, JOB, BytesBlob(SMALL, JPEG))
        for job in (JOB, OTHER_JOB):
            await media.keep_preview(SLOT, job, PREVIEW)
        sizes = [await media.size_of(SLOT, job) for job in (JOB, OTHER_JOB)]
        removed = await media.discard(SLOT, JOB)

        assert (removed, removed) == (sizes[0], 2 * len(SMALL) + PREVIEW.size)
        assert sizes[1] == len(SMALL) + PREVIEW.size == await media.size_of(SLOT, OTHER_JOB)
        await (await media.open_preview(SLOT, OTHER_JOB)).close()
        with pytest.raises(ResultNotFound):
            await media.open_preview(SLOT, JOB)
        for media_type in (JPEG, PNG):
            with pytest.raises(ResultNotFound):
                await media.open(SLOT, JOB, result(SMALL, media_type))
        assert await kept_before(media, now() + A_SECOND) == {(SLOT, OTHER_JOB), (OTHER_SLOT, JOB)}

    async def test_discarding_nothing_does_nothing(self, media: MediaStorePort) -> None:
        assert (await media.size_of(SLOT, JOB), await media.discard(SLOT, JOB)) == (0, 0)
        await media.keep(SLOT, JOB, BytesBlob(SMALL, JPEG))
        await media.discard(SLOT, JOB)
        await media.discard(SLOT, JOB)

        assert not await is_kept(media, SLOT, JOB, SMALL)

    async def test_discarding_several_times_at_once(self, media: MediaStorePort) -> None:
        await media.keep(SLOT, JOB, BytesBlob(SMALL, JPEG))
        await asyncio.gather(*(media.discard(SLOT, JOB) for _ in range(6)))

        assert not await kept_before(media, now() + A_SECOND)

    async def test_discarding_many_tells_what_came_of_each(self, media: MediaStorePort) -> None:
        many = [(SLOT, samples.job_id(number)) for number in range(70)]
        for number, stored in enumerate(many[:-1]):
            await media.keep(*stored, BytesBlob(SMALL * (number + 1), JPEG))
        await media.keep(OTHER_SLOT, JOB, BytesBlob(SMALL, JPEG))

        removed = await media.discard_all(many)

        assert removed == [*(len(SMALL) * (number + 1) for number in range(69)), 0]
        assert await kept_before(media, now() + A_SECOND) == {(OTHER_SLOT, JOB)}
        assert await media.discard_all([]) == []


class TestLost:
    async def test_a_result_without_its_file_is_lost(self, media: MediaStorePort) -> None:
        await media.keep(SLOT, JOB, BytesBlob(SMALL, PNG))
        await media.keep(SLOT, OTHER_JOB, BytesBlob(SMALL, PNG))
        there, other = (finished(one) for one in (JOB, OTHER_JOB))
        assert set(await media.lost([there, other])) == set()

        await media.discard(SLOT, OTHER_JOB)
        await media.keep(SLOT, OTHER_JOB, BytesBlob(SMALL, JPEG))
        assert set(await media.lost([there, other])) == {OTHER_JOB}
        assert set(await media.lost([])) == set()


class TestKeptBefore:
    async def test_tells_what_is_older_and_not_what_is_younger(self, media: MediaStorePort) -> None:
        await media.keep(SLOT, JOB, BytesBlob(SMALL, JPEG))
        await media.keep(OTHER_SLOT, OTHER_JOB, BytesBlob(SMALL, PNG))

        assert not await kept_before(media, now() - A_SECOND)
        assert await kept_before(media, now() + A_SECOND) == {(SLOT, JOB), (OTHER_SLOT, OTHER_JOB)}

    async def test_an_empty_store_has_nothing(self, media: MediaStorePort) -> None:
        assert not await kept_before(media, now() + A_SECOND)

    async def test_what_is_found_may_be_discarded_meanwhile(self, media: MediaStorePort) -> None:
        for job in (JOB, OTHER_JOB):
            await media.keep(SLOT, job, BytesBlob(SMALL, JPEG))
        async for slot_id, job_id in media.kept_before(now() + A_SECOND):
            await media.discard(slot_id, job_id)

        assert not await kept_before(media, now() + A_SECOND)
