"""What becomes of results that are removed many at once when the disk does not want to."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Event

import pytest

from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_core.domain.errors import StorageUnavailable
from tests.contract.samples import job_id

from .media_folder import PATIENCE, PREVIEW, SLOT, files, prepared, until

MANY = [(SLOT, job_id(number)) for number in range(200)]


@pytest.fixture
async def media(tmp_path: Path) -> FileMediaStore:
    store = await prepared(tmp_path)
    for slot_id, job_id_ in MANY:
        folder = tmp_path / "results" / slot_id / job_id_
        folder.mkdir(parents=True)
        (folder / "payload.webp").write_bytes(PREVIEW.content)
    return store


async def test_one_that_cannot_be_removed_keeps_no_other(
    media: FileMediaStore, tmp_path: Path
) -> None:
    stuck = f"results/{SLOT}/{MANY[70][1]}"
    (tmp_path / stuck / "folder").mkdir()

    removed = list(await media.discard_all(MANY))

    assert isinstance(removed.pop(70), StorageUnavailable)
    assert removed == [PREVIEW.size] * 199
    assert files(tmp_path) >= {stuck, f"{stuck}/folder"}
    assert {path.split("/")[2] for path in files(tmp_path)} == {MANY[70][1]}


async def test_nothing_counts_as_removed_while_the_disk_is_away(
    media: FileMediaStore, tmp_path: Path
) -> None:
    (tmp_path / "results").rename(tmp_path / "elsewhere")

    removed = await media.discard_all(MANY)

    assert {type(one) for one in removed} == {StorageUnavailable}
    assert len(removed) == len(MANY)


async def test_who_is_interrupted_leaves_what_was_not_begun(
    media: FileMediaStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, goes_on, rmdir = Event(), Event(), Path.rmdir

    def hang(self: Path) -> None:
        begun.set()
        goes_on.wait(PATIENCE)
        rmdir(self)

    monkeypatch.setattr(Path, "rmdir", hang)
    removing = asyncio.create_task(media.discard_all(MANY))
    await until(begun.is_set)
    removing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await removing
    goes_on.set()

    await asyncio.get_running_loop().shutdown_default_executor()
    left = {path for path in files(tmp_path) if path.count("/") == 2}
    assert left == {f"results/{slot_id}/{job_id}" for slot_id, job_id in MANY[64:]}
