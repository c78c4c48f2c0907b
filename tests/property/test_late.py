"""Pictures that come after the sync window, where the slot keeps them."""

from __future__ import annotations

import asyncio

import pytest

from photochanger_core.domain.errors import SyncTimeout
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import JobStatus

from .sending import RICH, Sending
from .service import Service
from .stories import HERE, THERE, only_job, play, slow_database

SLOT = SlotId("slot-004")
WINDOW = RICH[SLOT]


async def keeping(service: Service, asking: float) -> None:
    """Send a photo whose picture comes late."""
    await service.change(SLOT, {"late_result": "keep"})
    service.send(Sending(number=1, slot=SLOT, asking=asking), HERE)


async def check_kept(service: Service) -> None:
    assert only_job(service).status is JobStatus.DONE
    assert only_job(service).is_late
    assert await service.kept() == {only_job(service).job_id}


def test_a_late_picture_is_kept_and_who_asks_for_it_gets_it() -> None:
    async def story(service: Service) -> None:
        await keeping(service, WINDOW + 10)
        await service.world.clock.sleep(WINDOW + 5)
        [first] = service.sent
        assert isinstance(first.answer.result().error, SyncTimeout)
        service.send(first.sending, HERE)
        service.send(first.sending, THERE)
        await service.answered()
        assert [sent.answer.result().error for sent in service.sent[1:]] == [None, None]
        assert len(service.book.asked) == 1
        await check_kept(service)

    play(story)


def test_a_sweep_that_reads_while_a_late_picture_is_stored_leaves_it_alone() -> None:
    """The sweep's reading comes back 0.2 s after the picture was stored, and its run over."""

    async def story(service: Service) -> None:
        await keeping(service, WINDOW + 8)
        await service.world.clock.sleep(WINDOW + 8 - 0.3)
        slow_database(service, 0.25)
        sweep = asyncio.create_task(service.servers[HERE].sweep())
        await service.world.clock.sleep(0.27)
        slow_database(service, 0.0)
        await sweep
        await service.answered()
        await check_kept(service)

    play(story)


@pytest.mark.parametrize("later", [0.0, 0.0625, 0.125, 0.1875, 0.25, 0.5])
def test_what_ends_while_its_job_is_being_closed_is_written_down(later: float) -> None:
    """Also where the job is closed for its deadline at that very moment."""

    async def story(service: Service) -> None:
        await keeping(service, WINDOW + later)
        await service.world.clock.sleep(1)
        slow_database(service, 0.125)
        await service.answered()
        assert len(await service.world.jobs.attempts(only_job(service).job_id)) == 1

    play(story)


def test_a_picture_is_late_also_when_nobody_heard_that_its_job_has_timed_out() -> None:
    async def story(service: Service) -> None:
        await keeping(service, WINDOW + 5)
        await service.world.clock.sleep(WINDOW - 1)
        service.disturb(is_fault=True)
        service.trouble.database_mute = True
        await service.world.clock.sleep(2)
        service.repair()
        await service.answered()
        await check_kept(service)

    play(story)
