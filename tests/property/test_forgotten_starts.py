"""A database that loses, in a crash, that a provider was asked."""

from __future__ import annotations

import pytest

from photochanger_core.domain.job import JobStatus

from .sending import Sending
from .service import Service
from .stories import HERE, SLOT, THERE, forget_start, only_job, play


@pytest.mark.parametrize("again", [HERE, THERE])
@pytest.mark.parametrize("leaves", [1.0, 2.0, 4.0])
def test_a_paid_picture_is_not_given_up_and_not_paid_for_again(leaves: float, again: str) -> None:
    """The run knows better than the row that the provider was asked."""

    async def story(service: Service) -> None:
        sending = Sending(number=1, slot=SLOT, asking=5, leaves=leaves)
        service.send(sending, HERE)
        await service.world.clock.sleep(0.5)
        assert only_job(service).status is JobStatus.PROCESSING
        forget_start(service)
        await service.world.clock.sleep(leaves)
        service.send(Sending(number=1, slot=SLOT, asking=5), again)
        await service.answered()

        assert service.sent[0].answer.cancelled()
        assert service.sent[1].answer.result().error is None
        assert only_job(service).status is JobStatus.DONE
        assert len(service.book.asked) == 1

    play(story)
