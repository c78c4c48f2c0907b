from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from photochanger_adapters.memory.result_repo import MemoryResultRepo
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.cleanup import ORPHAN_AGE, Leftover
from photochanger_core.domain.errors import (
    FailureReason,
    ResultExpired,
    ResultNotFound,
    StorageUnavailable,
)
from photochanger_core.domain.events import ResultMissing, ResultsPurged
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Result
from photochanger_core.domain.picture import MediaType
from tests.cleaning import cleaned, removed
from tests.contract.samples import NOON, TICK, admitted, done, job, job_id
from tests.ingesting import sent
from tests.memory_world import MemoryWorld

EXPIRED, LOST, ORPHANS = (
    Leftover.EXPIRED_RESULTS,
    Leftover.LOST_RESULTS,
    Leftover.ORPHAN_RESULTS,
)
HOUR = timedelta(hours=1)
PICTURE = BytesBlob(b"\x89PNG\r\n\x1a\n" + bytes(123_448), MediaType.PNG)


async def finished(world: MemoryWorld, number: int = 1, *, after: timedelta = HOUR) -> JobId:
    """Store a job that is done; its result expires *after* noon."""
    open_job = job(number)
    await admitted(world.jobs, open_job)
    await world.media.keep(open_job.slot_id, open_job.job_id, PICTURE)
    await world.jobs.finish(done(open_job, NOON + after))
    return open_job.job_id


async def kept(world: MemoryWorld) -> set[JobId]:
    ever = world.clock.now() + 1000 * HOUR
    return {job_id async for _, job_id in world.media.kept_before(ever)}


async def read(world: MemoryWorld, job_id: JobId) -> bytes:
    picture = await world.use.read_result(job_id)
    content = b"".join([chunk async for chunk in picture.content.chunks()])
    await picture.content.close()
    return content


async def test_what_is_past_its_time_goes_and_nothing_else(world: MemoryWorld) -> None:
    now, later = await finished(world, 1), await finished(world, 2, after=HOUR + TICK)
    world.clock.stepped = HOUR + TICK
    assert await removed(world.use.purge_results) == {EXPIRED: 1}
    assert await kept(world) == {later}
    assert (await world.jobs.get(now)).metadata == {}
    assert (await world.jobs.get(later)).metadata == job().metadata
    assert world.events.events == [ResultsPurged(expired=1, orphans=0)]


async def test_the_last_instant_is_still_kept(world: MemoryWorld) -> None:
    job_id = await finished(world)
    world.clock.stepped = HOUR
    assert await removed(world.use.purge_results) == {}
    assert await read(world, job_id) == PICTURE.content
    world.clock.stepped += TICK
    with pytest.raises(ResultExpired):
        await read(world, job_id)


async def test_more_goes_at_once_than_one_query_tells(world: MemoryWorld) -> None:
    for number in range(250):
        await finished(world, number)
    world.clock.stepped = 2 * HOUR
    assert await removed(world.use.purge_results) == {EXPIRED: 250}
    assert await kept(world) == set()


async def test_orphans_are_left_alone_for_an_hour(world: MemoryWorld) -> None:
    await world.media.keep(job().slot_id, job_id(1), PICTURE)
    world.clock.stepped = ORPHAN_AGE
    assert await removed(world.use.purge_results) == {}
    world.clock.stepped += TICK
    assert await removed(world.use.purge_results) == {ORPHANS: 1}
    assert await kept(world) == set()


async def test_what_belongs_to_an_open_job_or_a_live_result_is_no_orphan(
    world: MemoryWorld,
) -> None:
    live = await finished(world, 1, after=100 * HOUR)
    await admitted(world.jobs, job(2))
    await world.media.keep(job(2).slot_id, job_id(2), PICTURE)
    world.clock.stepped = 50 * HOUR
    assert await removed(world.use.purge_results) == {}
    assert await kept(world) == {live, job_id(2)}


async def test_what_a_failed_or_cleaned_job_left_is_an_orphan(world: MemoryWorld) -> None:
    cleaned = await finished(world, 1)
    await MemoryResultRepo(world.jobs).mark_cleaned([cleaned], NOON)
    await admitted(world.jobs, job(2))
    await world.media.keep(job(2).slot_id, job_id(2), PICTURE)
    await world.jobs.finish(job(2).failed(FailureReason.NETWORK, at=NOON))
    world.clock.stepped = ORPHAN_AGE + TICK
    assert await removed(world.use.purge_results) == {ORPHANS: 2}
    assert await kept(world) == set()


async def test_what_could_not_be_removed_is_tried_again(world: MemoryWorld) -> None:
    job_id = await finished(world)
    world.clock.stepped = 2 * HOUR
    world.media.failing = StorageUnavailable()
    assert (await cleaned(world.use.purge_results)).failed == 2
    with pytest.raises(ResultExpired):
        await read(world, job_id)
    world.media.failing = None
    assert await removed(world.use.purge_results) == {EXPIRED: 1}


async def test_reading_what_is_past_its_time_removes_it(world: MemoryWorld) -> None:
    job_id = await finished(world)
    world.clock.stepped = HOUR + TICK
    for _ in range(2):
        with pytest.raises(ResultExpired):
            await read(world, job_id)
    assert await kept(world) == set()
    stored = await world.jobs.get(job_id)
    assert stored.result is not None
    assert stored.result.cleaned_at == world.clock.now()
    assert stored.metadata == {}


async def test_what_is_gone_never_comes_back(world: MemoryWorld) -> None:
    job_id = await finished(world)
    world.clock.stepped = HOUR + TICK
    with pytest.raises(ResultExpired):
        await read(world, job_id)
    world.clock.stepped = timedelta()
    with pytest.raises(ResultExpired):
        await read(world, job_id)


@pytest.mark.parametrize("text", ["", "x", "../..", "00000000-0000-4000-8000-00000000000G"])
async def test_what_is_no_id_has_no_result(world: MemoryWorld, text: str) -> None:
    with pytest.raises(ResultNotFound):
        await world.use.read_result(text)


async def test_an_open_or_failed_job_has_no_result(world: MemoryWorld) -> None:
    await admitted(world.jobs, job(1))
    with pytest.raises(ResultNotFound):
        await world.use.read_result(job_id(1))
    await world.jobs.finish(job(1).failed(FailureReason.NETWORK, at=NOON))
    with pytest.raises(ResultNotFound):
        await world.use.read_result(job_id(1))


async def test_a_result_whose_file_is_missing_wakes_somebody(world: MemoryWorld) -> None:
    number = await finished(world)
    await world.media.discard(job().slot_id, number)
    with pytest.raises(ResultNotFound):
        await read(world, number)
    assert world.events.events == [ResultMissing(job_id=number, slot_id=job().slot_id)]


async def test_a_result_that_is_being_read_can_be_purged(world: MemoryWorld) -> None:
    picture = await world.use.read_result(await finished(world))
    world.clock.stepped = 2 * HOUR
    await removed(world.use.purge_results)
    assert b"".join([chunk async for chunk in picture.content.chunks()]) == PICTURE.content
    await picture.content.close()


async def test_one_that_cannot_be_removed_does_not_keep_the_others(world: MemoryWorld) -> None:
    stuck, *others = [await finished(world, number) for number in range(1, 4)]

    class Stuck(type(world.media)):  # type: ignore[misc] # the fake's own class
        """A store that cannot remove one result."""

        async def discard(self, slot_id: SlotId, job_id: JobId) -> int:
            if job_id == stuck:
                raise StorageUnavailable("in use")
            return await world.media.discard(slot_id, job_id)

    world.clock.stepped = HOUR + TICK
    done = await cleaned(UseCases.over(world.ports(media=Stuck(world.clock))).purge_results)
    assert (done.removed[EXPIRED], done.failed) == (2, 1)
    assert done.reasons == [f"slot-001/{stuck}: in use"]

    assert await kept(world) == {stuck}
    assert [(await world.jobs.get(job_id)).metadata for job_id in others] == [{}, {}]


async def test_a_result_that_goes_while_it_is_asked_for_has_expired(world: MemoryWorld) -> None:
    job_id = await finished(world)

    class Late(type(world.media)):  # type: ignore[misc] # the fake's own class
        """A store that is asked too late."""

        async def open(self, slot_id: SlotId, job_id: JobId, result: Result) -> Blob:
            world.clock.stepped = HOUR + TICK
            await removed(world.use.purge_results)
            blob: Blob = await world.media.open(slot_id, job_id, result)
            return blob

    with pytest.raises(ResultExpired):
        await UseCases.over(world.ports(media=Late(world.clock))).read_result(job_id)


async def test_an_orphan_that_cannot_be_removed_spares_the_others(world: MemoryWorld) -> None:
    for number in range(3):
        await world.media.keep(job().slot_id, job_id(number), PICTURE)
    world.clock.stepped = 2 * ORPHAN_AGE

    class Stuck(type(world.media)):  # type: ignore[misc] # the fake's own class
        """Lists what the world has, and cannot remove the first of it."""

        def kept_before(self, moment: datetime) -> AsyncIterator[tuple[SlotId, JobId]]:
            return world.media.kept_before(moment)

        async def discard(self, slot_id: SlotId, job_id_: JobId) -> int:
            if job_id_ == job_id(0):
                raise StorageUnavailable
            return await world.media.discard(slot_id, job_id_)

    use = UseCases.over(world.ports(media=Stuck(world.clock)))
    done = await cleaned(use.purge_results)
    assert (done.removed[ORPHANS], done.failed) == (2, 1)
    assert await kept(world) == {job_id(0)}
    assert world.events.events == [ResultsPurged(expired=0, orphans=2)]


async def test_only_what_belongs_to_one_slot_may_be_purged(world: MemoryWorld) -> None:
    other = SlotId("slot-002")
    mine, theirs = await finished(world, 1), job(2, slot_id=other)
    await admitted(world.jobs, theirs)
    await world.media.keep(other, theirs.job_id, PICTURE)
    await world.jobs.finish(done(theirs, NOON + HOUR))
    orphans = {slot_id: job_id(number) for number, slot_id in ((3, job().slot_id), (4, other))}
    for slot_id, orphan in orphans.items():
        await world.media.keep(slot_id, orphan, PICTURE)
    world.clock.stepped = 2 * ORPHAN_AGE

    assert await removed(world.use.purge_results, slot_id=other) == {EXPIRED: 1, ORPHANS: 1}
    assert await kept(world) == {mine, orphans[job().slot_id]}


async def test_a_result_whose_file_is_gone_is_promised_no_more(world: MemoryWorld) -> None:
    lost, there = await finished(world, 1), await finished(world, 2)
    await world.media.discard(job().slot_id, lost)

    assert await removed(world.use.purge_results) == {LOST: 1}
    assert await removed(world.use.purge_results) == {}
    with pytest.raises(ResultExpired):
        await read(world, lost)
    assert await read(world, there) == PICTURE.content
    assert world.events.events[0] == ResultsPurged(expired=0, lost=1, orphans=0)


async def test_more_stuck_ones_than_are_asked_for_at_once_do_not_hide_the_others(
    world: MemoryWorld,
) -> None:
    for number in range(5):
        await finished(world, number, after=number * TICK)

    class Stuck(type(world.media)):  # type: ignore[misc] # the fake's own class
        """A store that can remove the last result only."""

        async def discard(self, slot_id: SlotId, job_id_: JobId) -> int:
            if job_id_ != job_id(4):
                raise StorageUnavailable
            return await world.media.discard(slot_id, job_id_)

    world.clock.stepped = HOUR
    use = UseCases.over(world.ports(media=Stuck(world.clock)))
    done = await cleaned(use.purge_results, batch=2)
    assert (done.removed[EXPIRED], done.failed) == (1, 4)


async def test_a_change_of_the_time_to_live_is_for_new_results(world: MemoryWorld) -> None:
    before = (await sent(world, b"before")).job.job_id
    for hours in (1, 168):
        await world.use.configure_settings({"result_ttl_hours": hours}, by=Actor(name="test"))
        after = (await sent(world, b"%d" % hours)).job
        assert after.result is not None
        assert after.finished_at is not None
        assert after.result.expires_at == after.finished_at + hours * HOUR
        assert after.expires_at == after.started_at + hours * HOUR

    await world.runs.idle()
    world.clock.stepped = 71 * HOUR
    assert await removed(world.use.purge_results) == {EXPIRED: 1}
    picture = await world.use.read_result(before)
    await picture.content.close()
    world.clock.stepped = 72 * HOUR + TICK
    with pytest.raises(ResultExpired):
        await world.use.read_result(before)


async def test_a_preview_is_served_as_long_as_its_result(world: MemoryWorld) -> None:
    sending = (await sent(world)).job
    await world.runs.idle()
    assert sending.result is not None
    world.clock.stepped = sending.result.expires_at - world.clock.now()
    await (await world.use.read_preview(sending.job_id)).content.close()
    world.clock.stepped += TICK
    with pytest.raises(ResultExpired):
        await world.use.read_preview(sending.job_id)
    assert await kept(world) == set()


async def test_a_preview_whose_result_goes_while_it_is_asked_for_has_expired(
    world: MemoryWorld,
) -> None:
    job_id = await finished(world)

    class Late(type(world.media)):  # type: ignore[misc] # the fake's own class
        """A store that is asked too late for a preview."""

        async def open_preview(self, slot_id: SlotId, job_id: JobId) -> Blob:
            world.clock.stepped = HOUR + TICK
            await removed(world.use.purge_results)
            raise ResultNotFound

    late = Late(world.clock)
    late._kept = world.media._kept
    with pytest.raises(ResultExpired):
        await UseCases.over(world.ports(media=late)).read_preview(job_id)
