from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from hashlib import sha256

import pytest

from photochanger_adapters.memory.provider import Step
from photochanger_core.domain.deadline import GRACE
from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    InvalidPassword,
    InvalidRequest,
    ProviderMisconfigured,
    ProviderQuota,
    QueueBusy,
    SyncTimeout,
    UploadTimeout,
)
from photochanger_core.domain.events import Event, JobAdmitted, JobFinished, ProviderCalled
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, JobStatus
from photochanger_core.use_cases.accept_upload import Acceptance, UploadHead
from photochanger_core.use_cases.ingest_photo import Picture
from photochanger_core.use_cases.receive_upload import Part
from photochanger_core.use_cases.renew_leases import LEASE
from tests.memory_world import OWNER, MemoryWorld
from tests.uploads import JPEG, Field, Line, photo, text
from tests.virtual_time import START

SLOT = SlotId("slot-001")
PHOTO = JPEG + b"a guest"
CHANGED = PHOTO + b"~changed"
PASSWORD = text("password", b"123456")
FORM = (PASSWORD, text("name", "Игорь".encode()), photo(PHOTO))
FIRST = JobId("00000000-0000-4000-8000-000000000001")
WINDOW = 48.0


async def accepted(world: MemoryWorld, *, key: str | None = None) -> Acceptance:
    await world.use.configure_settings({"ingest_password": "123456"}, by="test")
    head = UploadHead(
        slot=SLOT,
        content_type="multipart/form-data",
        content_encoding=None,
        content_length=None,
        key=key,
    )
    return await world.use.accept_upload(head)


async def ingest(
    world: MemoryWorld, form: Sequence[Field] = FORM, *, key: str | None = None
) -> Picture:
    return await world.use.ingest_photo(await accepted(world, key=key), Line(form).parts())


async def content(picture: Picture) -> bytes:
    got = b"".join([chunk async for chunk in picture.content.chunks()])
    await picture.content.close()
    return got


async def only_job(world: MemoryWorld) -> Job:
    return await world.jobs.get(FIRST)


def told(world: MemoryWorld, *kinds: type[Event]) -> list[Event]:
    return [event for event in world.events.events if isinstance(event, kinds)]


async def test_the_answer_is_the_picture_that_is_stored(world: MemoryWorld) -> None:
    world.provider.seconds = 3
    picture = await ingest(world)
    assert await content(picture) == CHANGED
    assert picture.job == await only_job(world)
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
    world.provider.seconds = 3
    await (await ingest(world)).content.close()
    assert world.events.events == [
        JobAdmitted(job_id=FIRST, slot_id=SLOT, photo_bytes=len(PHOTO)),
        ProviderCalled(
            job_id=FIRST, slot_id=SLOT, provider="gemini", seconds=3, failure_reason=None, detail=""
        ),
        JobFinished(
            job_id=FIRST,
            slot_id=SLOT,
            status=JobStatus.DONE,
            failure_reason=None,
            detail="",
            seconds=3,
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
        SLOT, {"ingest_password_required": False}, settings={}, by="test"
    )
    assert await content(await ingest(world, [photo(PHOTO)])) == CHANGED
    assert await content(await ingest(world, [text("password", b""), photo(PHOTO)])) == CHANGED


async def test_a_timeout_is_answered_in_time_and_names_its_job(world: MemoryWorld) -> None:
    world.provider.seconds = WINDOW
    with pytest.raises(SyncTimeout) as caught:
        await ingest(world)
    assert WINDOW <= world.clock.monotonic() <= WINDOW + GRACE
    job = await only_job(world)
    assert caught.value.details == {"job_id": FIRST, "expires_at": job.expires_at}
    assert (job.status, job.failure_reason) == (JobStatus.TIMEOUT, FailureReason.TIMEOUT)
    (called,) = told(world, ProviderCalled)
    assert isinstance(called, ProviderCalled)
    assert called.failure_reason is FailureReason.TIMEOUT
    assert world.media.handles == 0


async def test_an_answer_just_in_time_is_taken(world: MemoryWorld) -> None:
    world.provider.seconds = WINDOW - 0.001
    assert await content(await ingest(world)) == CHANGED


async def test_a_failure_names_its_job_and_keeps_what_the_provider_said(
    world: MemoryWorld,
) -> None:
    world.provider.script.append(Step(1, ProviderQuota("RESOURCE_EXHAUSTED", retry_after=7)))
    with pytest.raises(ProviderQuota) as caught:
        await ingest(world)
    job = await only_job(world)
    assert caught.value.details == {"job_id": FIRST, "expires_at": job.expires_at}
    assert caught.value.retry_after == 7
    (finished,) = told(world, JobFinished)
    assert isinstance(finished, JobFinished)
    assert finished.failure_reason is job.failure_reason is FailureReason.QUOTA
    assert "RESOURCE_EXHAUSTED" in finished.detail


async def test_a_slot_whose_provider_is_gone_is_misconfigured(world: MemoryWorld) -> None:
    ports = world.ports(providers={})
    world.use = type(world.use).over(ports)
    with pytest.raises(ProviderMisconfigured):
        await ingest(world)
    assert told(world, ProviderCalled) == []


async def test_when_there_is_no_room_there_is_no_job(world: MemoryWorld) -> None:
    await world.use.configure_settings({"max_in_flight_jobs": 1}, by="test")
    world.provider.seconds = 3
    first = asyncio.create_task(ingest(world))
    await asyncio.sleep(1)
    with pytest.raises(QueueBusy) as caught:
        await ingest(world)
    assert "job_id" not in caught.value.details
    assert world.clock.monotonic() == 1
    assert await content(await first) == CHANGED
    assert len(world.provider.calls) == 1
    assert world.media.handles == 0


async def test_an_upload_that_stalls_ends_with_the_window(world: MemoryWorld) -> None:
    async def parts() -> AsyncIterator[Part]:
        await asyncio.sleep(3600)
        async for part in Line(FORM).parts():
            yield part

    acceptance = await accepted(world)
    with pytest.raises(UploadTimeout):
        await world.use.ingest_photo(acceptance, parts())
    assert world.clock.monotonic() == WINDOW
    assert world.media.handles == 0


@pytest.mark.parametrize(
    "ending,error", [(b"broken", "invalid_request"), (b"huge", "payload_too_large")]
)
async def test_a_photo_that_cannot_be_decoded_is_never_sent_on(
    world: MemoryWorld, ending: bytes, error: str
) -> None:
    with pytest.raises(CoreError) as caught:
        await ingest(world, [PASSWORD, photo(PHOTO + ending)])
    assert caught.value.reason == error
    assert (await only_job(world)).failure_reason == error
    assert world.provider.calls == []


async def test_an_answer_that_cannot_be_decoded_is_the_providers_fault(
    world: MemoryWorld,
) -> None:
    world.provider.script.append(Step(0, b"\x89PNG\r\n\x1a\nbroken"))
    with pytest.raises(CoreError) as caught:
        await ingest(world)
    assert caught.value.reason is FailureReason.BAD_RESPONSE


async def test_a_booth_that_leaves_while_the_provider_works_gets_its_picture_later(
    world: MemoryWorld,
) -> None:
    world.provider.seconds = 3
    request = asyncio.create_task(ingest(world))
    await asyncio.sleep(1)
    request.cancel()
    await asyncio.sleep(3)
    assert request.cancelled()
    assert (await only_job(world)).status is JobStatus.DONE
    assert world.media.handles == 0


async def test_a_bug_closes_the_job_and_is_reported(world: MemoryWorld) -> None:
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: reported.append(context["exception"])
    )
    bug = KeyError("a bug")
    world.provider.script.append(Step(0, bug))
    with pytest.raises(KeyError):
        await ingest(world)
    assert (await only_job(world)).failure_reason is FailureReason.INTERNAL_ERROR
    assert reported == [bug]
