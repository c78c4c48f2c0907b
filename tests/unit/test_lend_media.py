"""Pictures are lent to a provider by links, for as long as it is being asked."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from attrs import define

from photochanger_adapters.memory.object_store import MemoryObjectStore
from photochanger_adapters.memory.provider import ScriptedProvider, Step
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.cleanup import Leftover
from photochanger_core.domain.errors import (
    MediaExpired,
    MediaNotFound,
    ProviderBadResponse,
    ProviderMisconfigured,
    ProviderNoPicture,
    PublicAddressMissing,
    StorageFull,
    StorageUnavailable,
    SyncTimeout,
)
from photochanger_core.domain.events import MediaPurged, ProviderCalled
from photochanger_core.domain.ids import MediaId, media_id
from photochanger_core.domain.job import JobStatus
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.provider_health import Circuit
from photochanger_core.use_cases.visit import Processed
from tests.cleaning import removed
from tests.contract.samples import TICK, media
from tests.fetching_provider import FetchingProvider, content_of, fetching_world, media_in
from tests.ingesting import CHANGED, FIRST, PHOTO, WINDOW, content, ingest, sent, set_slot
from tests.memory_world import LINKS, MemoryWorld

TEMPLATE = b"\x89PNG\r\n\x1a\n" + b"a beach"


@pytest.fixture
async def world() -> AsyncIterator[MemoryWorld]:
    world, _ = fetching_world()
    yield world
    await world.runs.close()


@pytest.fixture
def provider(world: MemoryWorld) -> FetchingProvider:
    assert isinstance(world.provider, FetchingProvider)
    return world.provider


async def kept(world: MemoryWorld) -> set[MediaId]:
    ever = world.clock.now() + timedelta(days=1)
    return {one async for one in world.media_objects.kept_before(MediaUse.PROVIDER, ever)}


async def bind_template(world: MemoryWorld) -> None:
    template = await world.use.register_template(
        BytesBlob(TEMPLATE, MediaType.PNG), name="style", by=Actor(name="test")
    )
    await set_slot(
        world, template_media=[{"media_kind": "style", "media_object_id": template.media.media_id}]
    )


async def asked(world: MemoryWorld, provider: FetchingProvider) -> asyncio.Task[Processed]:
    """Send a photo and return when the provider has fetched it and takes its time."""
    sending = asyncio.create_task(sent(world))
    while not provider.calls:
        await asyncio.sleep(0.1)
    return sending


async def test_the_provider_fetches_photo_and_templates_in_order(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    await bind_template(world)

    assert await content(await ingest(world)) == CHANGED

    assert [(one.content, one.media_type) for one in provider.fetched] == [
        (PHOTO, MediaType.JPEG),
        (TEMPLATE, MediaType.PNG),
    ]
    assert [blob.media_type for blob in provider.calls[0].order.templates] == [MediaType.PNG]


async def test_links_are_new_for_every_attempt(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    provider.script.extend([Step(0, ProviderNoPicture("no")), Step(0)])
    await sent(world)

    links = [one.link for one in provider.fetched]
    assert len(set(links)) == 2
    assert all(re.fullmatch(rf"{LINKS}/[0-9a-f]{{32}}", link) for link in links)


async def test_who_needs_no_links_gets_none(world: MemoryWorld) -> None:
    plain = ScriptedProvider(world.clock)
    world.use = UseCases.over(world.ports(providers={"gemini": plain}))
    await sent(world)

    assert plain.calls[0].order.links == ()
    assert world.media_rows.media == {}


async def test_what_was_lent_is_taken_back_when_the_attempt_is_over(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    await bind_template(world)
    await sent(world)
    await world.runs.idle()

    assert await kept(world) == set()
    for one in provider.fetched:
        with pytest.raises(MediaExpired):
            await world.use.read_provider_media(media_in(one.link))


async def test_it_is_taken_back_from_a_provider_that_fails(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    provider.error = ProviderBadResponse("no")
    with pytest.raises(ProviderBadResponse):
        await sent(world)
    await world.runs.idle()

    assert await kept(world) == set()
    assert world.media.handles == 0


async def test_it_is_taken_back_from_a_provider_that_is_too_slow(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    provider.seconds = 2 * WINDOW
    with pytest.raises(SyncTimeout):
        await sent(world)
    await world.runs.idle()

    assert await kept(world) == set()


async def test_it_is_taken_back_when_the_server_stops(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    provider.seconds = WINDOW / 2
    sending = await asked(world, provider)
    await world.runs.close()
    await asyncio.wait([sending])

    assert await kept(world) == set()


async def test_a_link_leads_nowhere_after_the_sync_window_though_the_job_runs_on(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    await set_slot(world, late_result="keep")
    provider.seconds = WINDOW + 10
    sending = await asked(world, provider)
    with pytest.raises(SyncTimeout):
        await sending
    [link] = {one.link for one in provider.fetched}

    with pytest.raises(MediaExpired):
        await world.use.read_provider_media(media_in(link))
    await asyncio.sleep(WINDOW)
    assert (await world.jobs.get(FIRST)).status is JobStatus.DONE
    assert await kept(world) == set()


async def test_the_last_instant_still_serves(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    provider.seconds = WINDOW - 1
    sending = await asked(world, provider)
    [lent] = world.media_rows.media.values()
    assert lent.expires_at is not None

    world.clock.stepped = lent.expires_at - world.clock.now()
    picture = await world.use.read_provider_media(lent.media_id)
    assert await content_of(picture) == PHOTO
    world.clock.stepped += TICK
    with pytest.raises(MediaExpired):
        await world.use.read_provider_media(lent.media_id)
    await sending


async def test_a_link_may_live_shorter_than_the_window(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    world.use = UseCases.over(world.ports(provider_link_life=timedelta(seconds=7)))
    provider.use = world.use
    await sent(world)

    [lent] = world.media_rows.media.values()
    assert lent.expires_at == lent.created_at + timedelta(seconds=7)


async def test_without_a_public_address_nobody_is_asked(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    world.use = UseCases.over(world.ports(provider_link=None))
    with pytest.raises(PublicAddressMissing, match="PUBLIC_BASE_URL") as caught:
        await sent(world)

    assert provider.calls == []
    assert caught.value.details["problem"] == "no_public_address"


@pytest.mark.parametrize("error", [StorageFull("full"), StorageUnavailable("away")])
async def test_without_room_nobody_is_asked_and_nothing_stays(
    world: MemoryWorld, provider: FetchingProvider, error: StorageFull | StorageUnavailable
) -> None:
    objects = FailingObjects(world.media, error)
    world.use = UseCases.over(world.ports(media_objects=objects))
    with pytest.raises(type(error)):
        await sent(world)

    await world.runs.idle()
    assert provider.calls == []
    assert all(media.cleaned_at for media in world.media_rows.media.values())
    assert world.media.handles == 0


@define(eq=False)
class FailingObjects(MemoryObjectStore):
    """Takes nothing."""

    error: StorageFull | StorageUnavailable

    async def keep(self, media: MediaObject, picture: Blob) -> None:
        raise self.error


async def test_a_template_that_is_missing_is_a_matter_of_configuration(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    await bind_template(world)
    [template] = world.media_rows.media
    await world.media_objects.discard(MediaUse.TEMPLATE, template)

    with pytest.raises(ProviderMisconfigured, match="missing"):
        await sent(world)
    assert provider.calls == []


async def test_ids_that_lead_nowhere(world: MemoryWorld) -> None:
    await bind_template(world)
    [template] = world.media_rows.media

    for text in ("", "x", "../" * 11, "0" * 32, "F" * 32, template):
        with pytest.raises(MediaNotFound):
            await world.use.read_provider_media(text)


async def test_what_a_crash_left_is_removed_after_the_window(world: MemoryWorld) -> None:
    for number in range(250):
        await lent(world, number, seconds=48)
    fresh = await lent(world, 999, seconds=49)
    await asyncio.sleep(48.5)

    await world.use.purge_media.expired()

    assert await kept(world) == {fresh}
    assert world.events.events[-1] == MediaPurged(expired=250, orphans=0)
    with pytest.raises(MediaExpired):
        await world.use.read_provider_media(media_id(f"{7:032x}"))


async def lent(world: MemoryWorld, number: int, *, seconds: float) -> MediaId:
    """Leave behind what a server that was killed had lent."""
    until = world.clock.now() + timedelta(seconds=seconds)
    left = media(number, expires_at=until, created_at=world.clock.now())
    await world.media_objects.keep(left, BytesBlob(PHOTO, MediaType.JPEG))
    await world.media_rows.add(left)
    return left.media_id


async def test_reading_what_is_over_removes_it(world: MemoryWorld) -> None:
    left = await lent(world, 1, seconds=10)
    await asyncio.sleep(10.5)
    with pytest.raises(MediaExpired):
        await world.use.read_provider_media(left)

    assert await kept(world) == set()
    assert (await world.media_rows.get(left)).cleaned_at == world.clock.now()


async def test_nothing_is_on_disk_that_no_row_knows_of(world: MemoryWorld) -> None:
    """So whatever a crash leaves, the purge finds it when the window is over."""

    class Killed(MemoryObjectStore):
        async def keep(self, media: MediaObject, picture: Blob) -> None:
            assert (await world.media_rows.get(media.media_id)).location
            await super().keep(media, picture)
            await asyncio.Event().wait()

    world.use = UseCases.over(world.ports(media_objects=Killed(world.media)))
    sending = asyncio.create_task(sent(world))
    await asyncio.sleep(1)
    [row] = world.media_rows.media.values()
    assert (row.cleaned_at, row.expires_at is None) == (None, False)
    sending.cancel()


async def test_what_a_running_job_has_lent_is_left_alone_whatever_the_clock_says(
    world: MemoryWorld, provider: FetchingProvider
) -> None:
    provider.seconds = 5
    sending = await asked(world, provider)
    world.clock.stepped = timedelta(hours=1)
    await world.use.purge_media.expired()
    [lent_now] = await kept(world)
    with pytest.raises(MediaExpired):
        await world.use.read_provider_media(lent_now)
    assert await kept(world) == {lent_now}

    assert (await sending).degraded is None
    await world.runs.idle()
    assert await kept(world) == set()


async def test_a_full_disk_of_ours_tells_nothing_of_the_provider(world: MemoryWorld) -> None:
    objects = FailingObjects(world.media, StorageUnavailable("away"))
    world.use = UseCases.over(world.ports(media_objects=objects))
    for guest in range(6):
        with pytest.raises(StorageUnavailable):
            await sent(world, b"guest %d" % guest)

    assert world.health.circuit("gemini/gemini-3.1-flash-image") == Circuit()
    assert not any(isinstance(event, ProviderCalled) for event in world.events.events)


async def test_what_cannot_be_removed_is_tried_again(world: MemoryWorld) -> None:
    left = await lent(world, 1, seconds=10)
    await asyncio.sleep(10.5)
    world.media.failing = StorageUnavailable("away")
    with pytest.raises(StorageUnavailable):
        await world.use.purge_media.expired()
    assert (await world.media_rows.get(left)).cleaned_at is None

    world.media.failing = None
    assert await removed(world.use.purge_media) == {Leftover.EXPIRED_MEDIA: 1}


async def test_files_without_a_row_go_after_an_hour_and_templates_stay(world: MemoryWorld) -> None:
    await bind_template(world)
    await world.media_objects.keep(media(77), BytesBlob(PHOTO, MediaType.JPEG))
    unknown = media(78, use=MediaUse.TEMPLATE)
    await world.media_objects.keep(unknown, BytesBlob(PHOTO, MediaType.JPEG))

    assert await removed(world.use.purge_media) == {}
    await asyncio.sleep(3601)
    assert await removed(world.use.purge_media) == {Leftover.ORPHAN_MEDIA: 2}
    await sent(world)
