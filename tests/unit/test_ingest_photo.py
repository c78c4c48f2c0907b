from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.attempt import AttemptKind
from photochanger_core.domain.errors import (
    InvalidPassword,
    InvalidRequest,
)
from photochanger_core.domain.events import (
    HashDiffers,
    IngestEnded,
    JobAdmitted,
    JobFinished,
    ProviderCalled,
)
from photochanger_core.domain.ingest_outcome import IngestOutcome
from photochanger_core.domain.job import JobSource, JobStatus
from photochanger_core.use_cases.renew_leases import LEASE
from tests.ingesting import (
    CHANGED,
    FIRST,
    PHOTO,
    SLOT,
    WINDOW,
    content,
    ingest,
    only_job,
)
from tests.memory_world import OWNER, MemoryWorld
from tests.uploads import photo, text
from tests.virtual_time import START


async def test_the_answer_is_the_picture_that_is_stored(world: MemoryWorld) -> None:
    world.provider.seconds = 3
    picture = await ingest(world)
    assert await content(picture) == CHANGED
    assert picture.job.job_id == (await only_job(world)).job_id
    stored = await world.use.read_result(FIRST)
    assert b"".join([chunk async for chunk in stored.content.chunks()]) == CHANGED
    await stored.content.close()
    assert world.media.handles == 0


async def test_a_job_remembers_what_it_must(world: MemoryWorld) -> None:
    await world.clock.sleep(100)
    world.provider.seconds = 3
    picture = await ingest(world)
    await picture.content.close()
    begun = START + timedelta(seconds=100)
    job = await only_job(world)
    assert (job.status, job.slot_version, job.provider_id) == (JobStatus.DONE, 1, "gemini")
    assert (job.started_at, job.finished_at) == (begun, begun + timedelta(seconds=3))
    assert job.sync_deadline == begun + timedelta(seconds=48)
    assert job.expires_at == begun + timedelta(hours=72)
    assert (job.owner, job.lease_until) == (OWNER, begun + LEASE)
    assert job.photo_sha256 == sha256(PHOTO).hexdigest()
    assert job.metadata == {"name": "Игорь"}
    assert job.result is not None
    assert (job.result.size, job.result.sha256) == (len(CHANGED), sha256(CHANGED).hexdigest())
    assert job.result.expires_at == begun + timedelta(hours=72, seconds=3)


async def test_the_provider_is_given_what_is_left_of_the_window(world: MemoryWorld) -> None:
    picture = await ingest(world)
    await picture.content.close()
    (call,) = world.provider.calls
    assert call.order.seconds_left == WINDOW
    assert call.order.settings == (await world.slots.get(SLOT)).settings
    assert call.order.templates == ()


async def test_what_happened_is_told_without_what_the_booth_said(world: MemoryWorld) -> None:
    world.provider.seconds, world.provider.quota_left = 3, {"foto_limit": 7}
    await (await ingest(world)).content.close()
    assert [event for event in world.events.events if not isinstance(event, HashDiffers)] == [
        JobAdmitted(job_id=FIRST, slot_id=SLOT, photo_bytes=len(PHOTO)),
        ProviderCalled(
            job_id=FIRST,
            slot_id=SLOT,
            number=1,
            kind=AttemptKind.FIRST,
            provider="gemini",
            model="scripted",
            seconds=3,
            failure_reason=None,
            detail="",
            usage={"totalTokenCount": 1},
            quota_left={"foto_limit": 7},
        ),
        JobFinished(
            job_id=FIRST,
            slot_id=SLOT,
            source=JobSource.INGEST,
            status=JobStatus.DONE,
            failure_reason=None,
            detail="",
            seconds=3,
            is_degraded=False,
            is_late=False,
        ),
        IngestEnded(
            slot_id=SLOT,
            provider="gemini",
            outcome=IngestOutcome.DONE,
            failure_reason=None,
            seconds=3,
            window=WINDOW,
            phases={"upload": 0, "wait": 0, "provider": 3, "store": 0},
        ),
    ]
    assert "Игорь" not in repr(world.events.events)


async def test_without_a_password_nobody_gets_in(world: MemoryWorld) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await ingest(world, [photo(PHOTO)])
    assert caught.value.details == {"field": "password", "problem": "missing"}
    assert (world.provider.calls, world.media.handles) == ([], 0)


async def test_a_password_in_the_link_is_enough(world: MemoryWorld) -> None:
    assert await content(await ingest(world, [photo(PHOTO)], key="123456")) == CHANGED


async def test_a_wrong_password_in_the_form_is_refused_all_the_same(world: MemoryWorld) -> None:
    with pytest.raises(InvalidPassword):
        await ingest(world, [text("password", b"x"), photo(PHOTO)], key="123456")


async def test_an_open_slot_wants_no_password(world: MemoryWorld) -> None:
    await world.use.configure_slot(
        SLOT, {"ingest_password_required": False}, settings={}, by=Actor(name="test")
    )
    assert await content(await ingest(world, [photo(PHOTO)])) == CHANGED
    assert await content(await ingest(world, [text("password", b""), photo(PHOTO)])) == CHANGED
