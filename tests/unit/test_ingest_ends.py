from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from photochanger_adapters.memory.provider import Step
from photochanger_core.domain.account import Actor
from photochanger_core.domain.deadline import GRACE
from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    ProviderMisconfigured,
    ProviderQuota,
    QueueBusy,
    SyncTimeout,
    UploadTimeout,
)
from photochanger_core.domain.events import JobFinished, ProviderCalled
from photochanger_core.domain.job import JobStatus
from photochanger_core.use_cases.receive_upload import Part
from tests.ingesting import (
    CHANGED,
    FIRST,
    FORM,
    PHOTO,
    WINDOW,
    accepted,
    content,
    ingest,
    only_job,
    told,
)
from tests.memory_world import MemoryWorld
from tests.uploads import PASSWORD_FIELD, Line, photo


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
    world.provider.error = ProviderQuota("RESOURCE_EXHAUSTED", retry_after=7)
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
    await world.use.configure_settings({"max_in_flight_jobs": 1}, by=Actor(name="test"))
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
        await ingest(world, [PASSWORD_FIELD, photo(PHOTO + ending)])
    assert caught.value.reason == error
    assert (await only_job(world)).failure_reason == error
    assert world.provider.calls == []


async def test_an_answer_that_cannot_be_decoded_is_the_providers_fault(
    world: MemoryWorld,
) -> None:
    world.provider.script.extend([Step(0, b"\x89PNG\r\n\x1a\nbroken")] * 5)
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
