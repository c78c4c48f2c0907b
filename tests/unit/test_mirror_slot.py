"""A provider that the core has never heard of, as a slot's: a driver and a schema, nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageOps

from photochanger_adapters.memory.ports import memory_ports
from photochanger_adapters.provider_http.session import open_session
from photochanger_adapters.system.clock import SystemClock
from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import ProviderRefused, ValidationFailed
from photochanger_core.domain.slot import OutputFormat
from photochanger_core.use_cases.accept_upload import UploadHead
from photochanger_core.use_cases.check_health import HealthStatus
from photochanger_core.use_cases.visit import Processed
from tests.ingesting import ADDRESS, SLOT
from tests.mirrored import mirror
from tests.orders import KEY, PATIENCE, PHOTO
from tests.third_driver.stand_in import UNITS_LEFT, MirrorSimulator, running_mirror_simulator
from tests.uploads import Line, photo

CHANGES = {
    "provider": "mirror",
    "operation": "image_edit",
    "output_format": OutputFormat.AS_PROVIDER,
    "ingest_password_required": False,
}


@asynccontextmanager
async def core() -> AsyncIterator[tuple[UseCases, MirrorSimulator]]:
    """Run the core in memory, with Mirror as its only provider."""
    runs = TaskRuns()
    async with running_mirror_simulator(api_key=KEY) as simulator, open_session() as session:
        providers = {"mirror": mirror(session, simulator.url)}
        yield (
            UseCases.over(memory_ports(clock=SystemClock(), runs=runs, providers=providers)),
            simulator,
        )
        await runs.drain(PATIENCE)


async def ingest(use: UseCases) -> Processed:
    head = UploadHead(
        slot=SLOT,
        address=ADDRESS,
        content_type="multipart/form-data",
        content_encoding=None,
        content_length=None,
    )
    return await use.ingest_photo(await use.accept_upload(head), Line([photo(PHOTO)]).parts())


async def test_a_photo_goes_through_a_slot_of_a_provider_that_is_new() -> None:
    async with core() as (use, simulator):
        settings = {"prompt": "As it is", "style": "water"}
        slot = await use.configure_slot(SLOT, CHANGES, settings=settings, by=Actor(name="test"))
        processed = await ingest(use)
        got = b"".join([chunk async for chunk in processed.content.chunks()])
        await processed.content.close()

    assert slot.settings == settings  # those that Gemini had are gone
    assert [seen.prompt for seen in simulator.received] == ["As it is"]
    with Image.open(BytesIO(got)) as changed, Image.open(BytesIO(PHOTO)) as guest:
        assert not ImageChops.difference(changed, ImageOps.flip(guest)).getbbox()


async def test_what_it_refuses_ends_a_job_and_the_next_shows_what_is_left() -> None:
    async with core() as (use, simulator):
        await use.configure_slot(
            SLOT, CHANGES, settings={"prompt": "As it is"}, by=Actor(name="test")
        )
        simulator.behave("refusal", times=1)
        with pytest.raises(ProviderRefused):
            await ingest(use)
        await (await ingest(use)).content.close()

        health = await use.check_health()

    assert health.status is HealthStatus.OK
    assert health.providers["mirror"].quota_left == {"units_left": UNITS_LEFT}


async def test_settings_that_it_does_not_know_do_not_come_into_the_slot() -> None:
    async with core() as (use, _):
        with pytest.raises(ValidationFailed, match=r"settings\.style: not_one_of .*glass.*water"):
            await use.configure_slot(
                SLOT, CHANGES, settings={"prompt": "p", "style": "brass"}, by=Actor(name="test")
            )
