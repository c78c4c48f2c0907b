"""Files of nobody go only where the pictures are this database's."""

from __future__ import annotations

import pytest

from photochanger_adapters.memory.installation import MemoryInstallation
from photochanger_adapters.memory.media_mark import MemoryMediaMark
from photochanger_core.assembly import UseCases
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.cleanup import ORPHAN_AGE, Leftover
from photochanger_core.domain.errors import (
    FailureReason,
    MediaForeign,
    StorageFull,
    StorageUnavailable,
)
from photochanger_core.domain.media import MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.stray_files import Stray
from tests.cleaning import cleaned, removed
from tests.contract.samples import NOON, TICK, TTL, admitted, done, job, job_id, media
from tests.memory_world import MemoryWorld

PICTURE = BytesBlob(bytes(123_456), MediaType.PNG)
SLOT = job().slot_id
ORPHANS = {Leftover.ORPHAN_RESULTS: 1, Leftover.ORPHAN_MEDIA: 1, Leftover.STRAY_FILES: 1}


@pytest.fixture
async def full(world: MemoryWorld) -> MemoryWorld:
    """A world with files that no row knows."""
    await world.media.keep(SLOT, job_id(9), PICTURE)
    await world.media_objects.keep(media(9, use=MediaUse.TEMPLATE), PICTURE)
    world.stray_files.found[Stray("results/slot-001/.half", 4)] = NOON
    world.clock.stepped = ORPHAN_AGE + TICK
    return world


async def files(world: MemoryWorld) -> int:
    ever = NOON + 1000 * TTL
    results = [one async for one in world.media.kept_before(ever)]
    objects = [one async for one in world.media_objects.kept_before(MediaUse.TEMPLATE, ever)]
    return len(results) + len(objects)


async def test_an_empty_database_takes_nothing_for_nobodys(full: MemoryWorld) -> None:
    await cleaned(full.use.clean_up)
    told = await cleaned(full.use.clean_up)
    assert (+told.removed, told.failed) == ({}, 1)
    assert (await files(full), full.media_mark.mark) == (2, None)
    ours = full.installation.called
    assert told.reasons == [
        f"MEDIA_ROOT: the pictures belong to another database (not marked) than this one ({ours})"
    ]
    assert await full.cleanup_runs.last_success() is None


@pytest.mark.parametrize("dry_run", [True, False])
async def test_another_database_takes_nothing_for_nobodys_however_much_it_knows(
    full: MemoryWorld, dry_run: bool
) -> None:
    await admitted(full.jobs, job(1))
    await full.media.keep(SLOT, job_id(1), PICTURE)
    full.media_mark.mark = "of another"
    told = await cleaned(full.use.clean_up, dry_run=dry_run)
    assert (+told.removed, told.failed, await files(full)) == ({}, 1, 3)
    assert "another database (of another) than" in told.reasons[0]
    assert full.media_mark.mark == "of another"


async def test_with_the_pictures_of_another_nothing_counts_as_lost_and_the_expired_goes(
    full: MemoryWorld,
) -> None:
    for number, life in ((1, TTL), (2, 999 * TTL)):
        await admitted(full.jobs, job(number))
        await full.jobs.finish(done(job(number), NOON + life))
    full.clock.stepped = TTL + TICK
    full.media_mark.mark = "of another"
    told = await cleaned(full.use.clean_up)
    assert (+told.removed, told.failed) == ({Leftover.EXPIRED_RESULTS: 1}, 1)
    result = (await full.jobs.get(job_id(2))).result
    assert result is not None
    assert result.cleaned_at is None


async def test_pictures_are_marked_where_there_are_none(world: MemoryWorld) -> None:
    assert await removed(world.use.clean_up, dry_run=True) == {}
    assert world.media_mark.mark is None
    assert await removed(world.use.clean_up) == {}
    assert world.media_mark.mark == world.installation.called


@pytest.mark.parametrize("its", ["job", "template"])
async def test_pictures_without_a_mark_are_ours_if_we_have_heard_of_one(
    full: MemoryWorld, its: str
) -> None:
    if its == "job":  # whatever became of it
        await admitted(full.jobs, job(1))
        await full.media.keep(SLOT, job_id(1), PICTURE)
        await full.jobs.finish(job(1).failed(FailureReason.NETWORK, at=NOON))
        full.clock.stepped += ORPHAN_AGE + TICK
    else:
        await full.media_rows.add(media(1, use=MediaUse.TEMPLATE))
        await full.media_objects.keep(media(1, use=MediaUse.TEMPLATE), PICTURE)
        full.clock.stepped += TICK
    told = await removed(full.use.clean_up)
    assert told == ORPHANS | {Leftover.ORPHAN_RESULTS: 2 if its == "job" else 1}
    assert full.media_mark.mark == full.installation.called


async def test_what_is_ours_stays_so_when_no_row_is_left(full: MemoryWorld) -> None:
    full.media_mark.mark = full.installation.called
    assert await removed(full.use.clean_up) == ORPHANS


@pytest.mark.parametrize("error", [StorageFull("full"), StorageUnavailable("read-only")])
async def test_that_no_mark_can_be_made_keeps_nobody_from_cleaning_up(
    world: MemoryWorld, error: StorageFull | StorageUnavailable
) -> None:
    world.media_mark.failing = error
    assert await removed(world.use.clean_up) == {}
    assert world.media_mark.mark is None


async def test_many_files_of_another_are_not_all_asked_for(full: MemoryWorld) -> None:
    for number in range(10, 520):
        await full.media.keep(SLOT, job_id(number), PICTURE)
    await admitted(full.jobs, job(9999))
    await full.media.keep(SLOT, job_id(9999), PICTURE)
    full.clock.stepped += TICK
    with pytest.raises(MediaForeign):
        await full.use.recognise_media()


async def test_only_who_has_the_right_database_cleans_up(full: MemoryWorld) -> None:
    right = MemoryInstallation()
    mark = MemoryMediaMark(right.called)
    wrong = UseCases.over(full.ports(media_mark=mark))
    assert (await cleaned(wrong.clean_up)).failed == 1
    use = UseCases.over(full.ports(media_mark=mark, installation=right))
    assert await removed(use.clean_up) == ORPHANS
