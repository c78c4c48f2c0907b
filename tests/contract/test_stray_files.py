"""What every `StrayFilesPort` promises."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_adapters.filesystem.object_store import FileObjectStore
from photochanger_adapters.filesystem.stray_files import FileStrayFiles
from photochanger_adapters.memory.media_store import MemoryMediaStore
from photochanger_adapters.memory.stray_files import MemoryStrayFiles
from photochanger_core.ports.stray_files import Stray, StrayFilesPort

from .clocks import SteppedClock
from .samples import NOON, TICK, job_id, media_id

STRAY = Stray(f"results/slot-001/{job_id(1)}/.half", 5)


def lay(root: Path, stray: Stray, *, is_folder: bool = False) -> None:
    """Put something down that was last touched at noon."""
    path = root / stray.location
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_folder:
        path.mkdir()
    else:
        path.write_bytes(bytes(stray.size))
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
async def on_disk(root: Path) -> FileStrayFiles:
    await FileMediaStore(root).prepare()
    await FileObjectStore(root).prepare()
    return FileStrayFiles(root)


@pytest.fixture(params=["memory", "files"])
def strays(request: pytest.FixtureRequest, root: Path) -> StrayFilesPort:
    if request.param == "memory":
        memory = MemoryStrayFiles(MemoryMediaStore(SteppedClock(NOON)))
        memory.found[STRAY] = NOON
        return memory
    on_disk: FileStrayFiles = request.getfixturevalue("on_disk")
    lay(root, STRAY)
    return on_disk


async def found(strays: StrayFilesPort) -> set[Stray]:
    return {stray async for stray in strays.found_before(NOON + TICK)}


async def test_what_was_not_touched_since_is_found_and_removed(strays: StrayFilesPort) -> None:
    assert [stray async for stray in strays.found_before(NOON)] == []
    assert await found(strays) == {STRAY}

    await strays.remove(STRAY)
    await strays.remove(STRAY)
    assert await found(strays) == set()


async def test_pictures_and_what_others_keep_is_left_alone(
    on_disk: FileStrayFiles, root: Path
) -> None:
    for location in (
        f"results/slot-001/{job_id(1)}/payload.jpg",
        f"results/slot-001/{job_id(1)}/preview.webp",
        f"templates/{media_id(1)}/payload.png",
        f"uploads/{media_id(2)}/payload.webp",
        "results/somebody/else.jpg",
        "provider/somebody/else.jpg",
        "elsewhere.jpg",
    ):
        lay(root, Stray(location, 1))
    lay(root, Stray(f"results/slot-001/{job_id(2)}", 0), is_folder=True)

    assert await found(on_disk) == set()


async def test_half_written_files_and_empty_folders_are_found_wherever_they_lie(
    on_disk: FileStrayFiles, root: Path
) -> None:
    files = {
        Stray(f"results/slot-001/{job_id(1)}/.abc", 3),
        Stray("results/slot-001/guest.jpg", 4),
        Stray(f"results/slot-015/{job_id(3)}", 2),
        Stray("results/guest.jpg", 1),
        Stray(f"templates/{media_id(1)}/.abc", 5),
        Stray("uploads/tmpabc", 6),
        Stray("provider/x", 0),
    }
    folders = {Stray("results/lost+found", 0), Stray("provider/old", 0)}
    for stray in files:
        lay(root, stray)
    for stray in folders:
        lay(root, stray, is_folder=True)

    assert await found(on_disk) == files | folders
    for stray in await found(on_disk):
        await on_disk.remove(stray)
    assert await found(on_disk) == set()


async def test_a_folder_that_has_got_something_stays(on_disk: FileStrayFiles, root: Path) -> None:
    lay(root, Stray("provider/old", 0), is_folder=True)
    lay(root, Stray("provider/old/new.jpg", 1))
    await on_disk.remove(Stray("provider/old", 0))

    assert (root / "provider" / "old" / "new.jpg").exists()


async def test_links_are_removed_and_not_followed(
    on_disk: FileStrayFiles, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "precious").mkdir()
    link = root / "results" / "slot-001"
    link.mkdir()
    (link / "link").symlink_to(tmp_path / "precious")
    os.utime(link / "link", (1_000, 1_000), follow_symlinks=False)

    [stray] = await found(on_disk)
    await on_disk.remove(stray)
    assert (tmp_path / "precious").is_dir()
    assert not (link / "link").is_symlink()
