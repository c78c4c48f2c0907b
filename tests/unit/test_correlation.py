"""What may name a request, and where its name is kept."""

from __future__ import annotations

import asyncio

import pytest

from photochanger_core.domain.correlation import is_correlation_id
from photochanger_core.domain.errors import FailureReason, Interrupted
from tests.contract.samples import job
from tests.ingesting import accepted, only_job, sent
from tests.memory_world import MemoryWorld

SANE = ["x", "booth-7.photo_1", "Az09._-" + "x" * 57]
ODD = ["", "x" * 65, "a b", "a\n", "ключ", "a\0", "<b>", "٣"]


@pytest.mark.parametrize("text", SANE)
def test_short_and_plain_texts_name_a_request(text: str) -> None:
    assert is_correlation_id(text)
    assert job(correlation_id=text).correlation_id == text


@pytest.mark.parametrize("text", ODD)
def test_nothing_else_does(text: str) -> None:
    assert not is_correlation_id(text)
    with pytest.raises(ValueError, match="correlation_id"):
        job(correlation_id=text)


async def test_a_request_is_not_begun_with_a_name_that_is_none(world: MemoryWorld) -> None:
    with pytest.raises(ValueError, match="correlation_id"):
        await accepted(world, correlation_id="a b")


@pytest.mark.parametrize("name", ["booth-7.photo-1", None])
async def test_a_job_knows_the_request_that_began_it(world: MemoryWorld, name: str | None) -> None:
    await sent(world, correlation_id=name)

    assert (await only_job(world)).correlation_id == name


async def test_who_joins_a_job_does_not_rename_it(world: MemoryWorld) -> None:
    world.provider.seconds = 5
    await asyncio.gather(*(sent(world, correlation_id=name) for name in ("first", "second")))

    assert len(world.provider.calls) == 1
    assert (await only_job(world)).correlation_id == "first"


async def test_nor_does_who_is_given_a_picture_that_is_there(world: MemoryWorld) -> None:
    await sent(world, correlation_id="first")
    again = await sent(world, correlation_id="second")

    assert (again.is_replay, again.job.correlation_id) == (True, "first")
    assert (await only_job(world)).correlation_id == "first"


async def test_who_had_joined_a_job_that_broke_off_begins_one_of_that_name(
    world: MemoryWorld,
) -> None:
    world.provider.seconds = 5
    requests = [asyncio.create_task(sent(world, correlation_id=name)) for name in ("one", "two")]
    await asyncio.sleep(1)
    broken = await only_job(world)
    await world.jobs.finish(broken.failed(FailureReason.INTERRUPTED, at=world.clock.now()))
    with pytest.raises(Interrupted):
        await requests[0]

    assert broken.correlation_id == "one"
    assert (await requests[1]).job.correlation_id == "two"
