"""Sequences so narrow that chance seldom leads to them."""

from __future__ import annotations

import pytest

from photochanger_core.domain.errors import FailureReason, Interrupted, SyncTimeout
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import JobStatus

from .sending import Sending
from .service import OWNERS, Service
from .stories import HERE, SLOT, THERE, only_job, play, slow_database
from .verdicts import check_always

FAULT = FailureReason.INTERRUPTED


def test_a_job_is_closed_for_its_reason_however_long_that_takes() -> None:
    async def story(service: Service) -> None:
        slow_database(service, 0.25)
        service.send(Sending(number=1, slot=SLOT, looking=20), HERE)
        await service.answered()
        (sent,) = service.sent
        assert isinstance(sent.answer.result().error, SyncTimeout)
        assert only_job(service).failure_reason is FailureReason.TIMEOUT

    play(story)


def test_a_booth_that_leaves_does_not_keep_its_job_from_being_closed() -> None:
    async def story(service: Service) -> None:
        slow_database(service, 0.25)
        service.send(Sending(number=1, slot=SLOT, flaw="broken", leaves=1.1), HERE)
        await service.answered()
        assert only_job(service).failure_reason is FailureReason.INVALID_REQUEST

    play(story)


@pytest.mark.parametrize("seconds", [0.8, 1.0])
def test_a_booth_that_leaves_during_admission_leaves_no_open_job(seconds: float) -> None:
    async def story(service: Service) -> None:
        slow_database(service, 0.25)
        service.send(Sending(number=1, slot=SLOT, leaves=seconds), HERE)
        await service.answered()
        assert only_job(service).status is JobStatus.CANCELLED

    play(story)


def test_an_admission_that_ends_after_the_deadline_leaves_no_open_job() -> None:
    async def story(service: Service) -> None:
        service.send(Sending(number=1, slot=SLOT, pause=1.875), HERE)
        slow_database(service, 0.1875)
        await service.answered()
        (sent,) = service.sent
        assert isinstance(sent.answer.result().error, SyncTimeout)
        assert only_job(service).status is JobStatus.TIMEOUT

    play(story)


@pytest.mark.parametrize("leaves", [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5])
@pytest.mark.parametrize("seconds", [0.0, 0.25])
def test_leaving_in_the_very_moment_is_before_or_after(seconds: float, leaves: float) -> None:
    """Either the provider is not asked, or its answer is stored."""

    async def story(service: Service) -> None:
        service.send(Sending(number=1, slot=SLOT, looking=0.25, asking=1, leaves=leaves), HERE)
        slow_database(service, seconds)
        await service.answered()
        if service.book.asked:
            assert only_job(service).status is JobStatus.DONE

    play(story)


def test_a_result_is_kept_when_the_last_word_of_the_database_is_lost() -> None:
    async def story(service: Service) -> None:
        service.send(Sending(number=1, slot=SLOT, asking=1), HERE)
        await service.world.clock.sleep(0.5)
        service.disturb(is_fault=True)
        service.trouble.database_mute = True
        await service.answered()
        assert only_job(service).status is JobStatus.DONE
        assert await service.kept() == {only_job(service).job_id}

    play(story)


def test_a_picture_is_kept_when_only_the_word_of_it_comes_too_late() -> None:
    async def story(service: Service) -> None:
        slow_database(service, 0.1875)
        service.send(Sending(number=1, slot=SLOT, asking=8.75), HERE)
        await service.answered()
        (sent,) = service.sent
        assert isinstance(sent.answer.result().error, SyncTimeout)
        assert only_job(service).status is JobStatus.DONE
        assert await service.kept() == {only_job(service).job_id}

    play(story)


@pytest.mark.parametrize("seconds,calls", [(0.5, 0), (1.5, 1)])
def test_what_somebody_else_has_closed_is_never_answered_with_a_picture(
    seconds: float, calls: int
) -> None:
    async def story(service: Service) -> None:
        service.send(Sending(number=1, slot=SLOT, looking=1, asking=1), HERE)
        await service.world.clock.sleep(seconds)
        service.disturb(is_fault=True)
        await service.world.jobs.finish(only_job(service).failed(FAULT, at=service.now))
        await service.answered()
        (sent,) = service.sent
        assert isinstance(sent.answer.result().error, Interrupted)
        assert len(service.book.asked) == calls
        assert not await service.kept()

    play(story)


def test_what_was_stored_too_late_is_removed_at_once() -> None:
    async def story(service: Service) -> None:
        service.send(Sending(number=1, slot=SLOT, asking=9), HERE)
        await service.world.clock.sleep(8)
        service.disturb(is_fault=False)
        service.trouble.disk_seconds = 0.75
        await service.answered()
        assert only_job(service).status is JobStatus.TIMEOUT
        assert not await service.kept()

    play(story)


@pytest.mark.parametrize("owner", OWNERS)
def test_what_was_asked_before_a_job_was_stopped_is_written_down(owner: str) -> None:
    async def story(service: Service) -> None:
        service.send(Sending(number=1, slot=SlotId("slot-002"), asking=30), HERE)
        await service.world.clock.sleep(5)
        await service.cancel(only_job(service).job_id, owner)
        await service.answered()
        assert only_job(service).status is JobStatus.CANCELLED
        assert len(await service.world.jobs.attempts(only_job(service).job_id)) == 1

    play(story)


def test_limits_hold_for_both_servers_together() -> None:
    async def story(service: Service) -> None:
        for number in range(20):
            slot = SlotId(f"slot-00{number % 2 + 1}")
            service.send(Sending(number=number, slot=slot, asking=3), OWNERS[number // 2 % 2])
        await service.answered()
        assert len(service.book.asked) == 5
        assert service.ledger.busy == 15
        check_always(service)
        service.send(Sending(number=100, slot=SLOT), THERE)
        await service.answered()
        assert len(service.book.asked) == 6

    play(story)
