"""What results and uploads look like on a disk."""

from __future__ import annotations

import asyncio
import gc
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

from photochanger_adapters.filesystem.media_store import PREVIEW_LIMIT, FileMediaStore
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import (
    JobNotFound,
    ResultNotFound,
    SlotNotFound,
    StorageUnavailable,
)
from photochanger_core.domain.ids import JobId, SlotId
from tests.contract.samples import done, job

from .media_folder import (
    JOB,
    JPEG,
    PICTURE,
    PREVIEW,
    SLOT,
    files,
    prepared,
    result,
    tomorrow,
    until,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "media"


@pytest.fixture
async def media(root: Path) -> FileMediaStore:
    return await prepared(root)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class TestLayout:
    async def test_a_result_lies_where_its_location_says(
        self, media: FileMediaStore, root: Path
    ) -> None:
        location = await media.keep(SLOT, JOB, PICTURE)

        assert location == f"results/{SLOT}/{JOB}/payload.jpg"
        assert (root / location).read_bytes() == PICTURE.content
        assert files(root) == {f"results/{SLOT}/{JOB}", location}

    async def test_nobody_else_may_look(self, media: FileMediaStore, root: Path) -> None:
        result_file = root / await media.keep(SLOT, JOB, PICTURE)

        assert mode(result_file) == 0o600
        for folder in (root, root / "uploads", *list(result_file.parents)[:3]):
            assert mode(folder) == 0o700

    async def test_discarding_removes_the_folder_of_the_job(
        self, media: FileMediaStore, root: Path
    ) -> None:
        await media.keep(SLOT, JOB, PICTURE)
        await media.discard(SLOT, JOB)

        assert not files(root)

    async def test_a_preview_lies_beside_its_result(
        self, media: FileMediaStore, root: Path
    ) -> None:
        await media.keep(SLOT, JOB, PICTURE)
        await media.keep_preview(SLOT, JOB, PREVIEW)

        preview = root / f"results/{SLOT}/{JOB}/preview.webp"
        assert preview.read_bytes() == PREVIEW.content
        assert mode(preview) == 0o600
        assert len(files(root)) == 3

    async def test_a_preview_of_nothing_makes_no_folder(
        self, media: FileMediaStore, root: Path
    ) -> None:
        await media.keep_preview(SLOT, JOB, PREVIEW)

        assert not files(root)

    async def test_discarding_removes_previews_and_what_a_crash_left(
        self, media: FileMediaStore, root: Path
    ) -> None:
        folder = (root / await media.keep(SLOT, JOB, PICTURE)).parent
        await media.keep_preview(SLOT, JOB, PREVIEW)
        (folder / ".tmp1234").touch()
        await media.discard(SLOT, JOB)

        assert not files(root)

    @pytest.mark.parametrize(
        "content", [b"", bytes(5_000), PREVIEW.content + bytes(PREVIEW_LIMIT)], ids=len
    )
    async def test_a_preview_that_is_torn_or_far_too_large_is_none(
        self, media: FileMediaStore, root: Path, content: bytes
    ) -> None:
        folder = (root / await media.keep(SLOT, JOB, PICTURE)).parent
        (folder / "preview.webp").write_bytes(content)

        with pytest.raises(ResultNotFound):
            await media.open_preview(SLOT, JOB)

    async def test_an_upload_has_no_name(self, media: FileMediaStore, root: Path) -> None:
        spool = media.spool()
        await spool.write(PICTURE.content)
        blob = await spool.finish(JPEG)

        assert not files(root)
        await blob.close()

    async def test_preparing_again_changes_nothing(self, root: Path) -> None:
        media = await prepared(root)
        await media.keep(SLOT, JOB, PICTURE)
        await prepared(root)

        await (await media.open(SLOT, JOB, result())).close()

    @pytest.mark.parametrize("job", ["..", "", "a/b", "33333333", JOB.upper() + "/.."])
    async def test_only_ids_lead_to_files(self, media: FileMediaStore, job: str) -> None:
        with pytest.raises(JobNotFound):
            await media.keep(SLOT, JobId(job), PICTURE)
        with pytest.raises(JobNotFound):
            await media.discard(SLOT, JobId(job))
        with pytest.raises(JobNotFound):
            await media.keep_preview(SLOT, JobId(job), PREVIEW)
        with pytest.raises(JobNotFound):
            await media.open_preview(SLOT, JobId(job))
        with pytest.raises(SlotNotFound):
            await media.discard(SlotId(".."), JOB)

    async def test_what_else_lies_around_is_not_listed(
        self, media: FileMediaStore, root: Path
    ) -> None:
        (root / "results" / "lost+found").mkdir()
        (root / "results" / SLOT / "not-a-job").mkdir(parents=True)
        (root / "results" / SLOT / "file").touch()

        assert [ids async for ids in media.kept_before(tomorrow())] == []

    async def test_an_old_folder_with_a_new_file_is_not_old(
        self, media: FileMediaStore, root: Path
    ) -> None:
        folder = (root / await media.keep(SLOT, JOB, PICTURE)).parent
        os.utime(folder, (1_000, 1_000))

        assert [ids async for ids in media.kept_before(tomorrow() - timedelta(days=2))] == []
        assert [ids async for ids in media.kept_before(tomorrow())] == [(SLOT, JOB)]

    async def test_an_empty_folder_that_a_crash_left_is_listed(
        self, media: FileMediaStore, root: Path
    ) -> None:
        (root / "results" / SLOT / JOB).mkdir(parents=True)

        assert [ids async for ids in media.kept_before(tomorrow())] == [(SLOT, JOB)]

    async def test_a_file_that_is_called_like_a_job_is_not_listed(
        self, media: FileMediaStore, root: Path
    ) -> None:
        (root / "results" / SLOT).mkdir()
        (root / "results" / SLOT / JOB).touch()

        assert [ids async for ids in media.kept_before(tomorrow())] == []

    async def test_of_a_slot_whose_folder_is_away_nobody_knows_what_is_lost(
        self, media: FileMediaStore, root: Path
    ) -> None:
        """Otherwise a disk that is not there would cost every guest their picture, for ever."""
        promised = done(evolve(job(), job_id=JOB, slot_id=SLOT))
        with pytest.raises(StorageUnavailable, match=SLOT):
            await media.lost([promised])

        (root / "results" / SLOT).mkdir()
        assert set(await media.lost([promised])) == {JOB}


class TestOpenFiles:
    async def test_closing_gives_everything_back(self, media: FileMediaStore) -> None:
        await media.keep(SLOT, JOB, PICTURE)
        before = open_files()
        spool = media.spool()
        await spool.write(PICTURE.content)
        blobs = [await spool.finish(JPEG), await media.open(SLOT, JOB, result())]
        assert open_files() == before + 2

        for blob in blobs:
            await blob.close()

        await until(lambda: open_files() == before)

    async def test_each_blob_of_the_same_bytes_gives_its_own_file_back(
        self, media: FileMediaStore
    ) -> None:
        before = open_files()
        blob = await self.opened(media, kept=False)
        again = blob.again()
        unused = again.again()
        assert open_files() == before + 3

        for one in (blob, unused, again):
            await one.close()

        await until(lambda: open_files() == before)

    async def test_previews_are_not_left_open(self, media: FileMediaStore) -> None:
        await media.keep(SLOT, JOB, PICTURE)
        before = open_files()
        await media.keep_preview(SLOT, JOB, PREVIEW)
        await media.open_preview(SLOT, JOB)

        assert open_files() == before

    async def test_a_spool_given_up_in_the_middle_leaves_nothing(
        self, media: FileMediaStore, root: Path
    ) -> None:
        before = open_files()
        spool = media.spool()
        writing = asyncio.create_task(spool.write(PICTURE.content))
        await asyncio.sleep(0)
        writing.cancel()
        await spool.close()

        await until(lambda: open_files() == before)
        assert not files(root)

    async def test_opening_given_up_in_the_middle_leaves_nothing(
        self, media: FileMediaStore
    ) -> None:
        await media.keep(SLOT, JOB, PICTURE)
        before = open_files()
        opening = asyncio.create_task(media.open(SLOT, JOB, result()))
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening

        await until(lambda: open_files() == before)

    async def test_nothing_is_left_to_the_garbage_collector(self, media: FileMediaStore) -> None:
        blob = await media.spool().finish(JPEG)
        await blob.close()
        await media.spool().close()
        gc.collect()  # a ResourceWarning would be an error

    @pytest.mark.parametrize("kept", [True, False])
    async def test_other_processes_can_open_what_is_open(
        self, media: FileMediaStore, kept: bool
    ) -> None:
        blob = await self.opened(media, kept)
        assert isinstance(blob, os.PathLike)

        output = await asyncio.create_subprocess_exec(
            "sha256sum", blob, stdout=asyncio.subprocess.PIPE
        )
        digest, _ = await output.communicate()

        assert digest.split()[0].decode() == blob.sha256
        await blob.close()
        with pytest.raises(StorageUnavailable):
            os.fspath(blob)

    async def test_so_they_can_what_is_open_again(self, media: FileMediaStore) -> None:
        blob = await self.opened(media, kept=False)
        again = blob.again()
        await blob.close()

        assert isinstance(again, os.PathLike)
        assert await asyncio.to_thread(Path(again).read_bytes) == PICTURE.content
        await again.close()

    async def opened(self, media: FileMediaStore, kept: bool) -> Blob:
        if kept:
            await media.keep(SLOT, JOB, PICTURE)
            blob = await media.open(SLOT, JOB, result())
            await media.discard(SLOT, JOB)
            return blob
        spool = media.spool()
        await spool.write(PICTURE.content)
        return await spool.finish(JPEG)
