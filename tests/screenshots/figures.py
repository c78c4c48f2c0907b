"""What a made-up event leaves in the figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import Job
from tests.contract.samples import attempt, done, job, running
from tests.web.world import World

_DAY: Final = 24 * 60
_LATEST: Final = 40
"""Minutes before now; later ones are the photos that can be seen."""

_USAGE: Final = {"promptTokenCount": 258, "candidatesTokenCount": 1290, "totalTokenCount": 1548}
_TROUBLES: Final = (
    (FailureReason.REFUSED, "IMAGE_SAFETY: the photo was refused"),
    (FailureReason.QUOTA, "429 RESOURCE_EXHAUSTED: quota of images a minute"),
    (FailureReason.PROVIDER_5XX, "503 UNAVAILABLE: the model is overloaded"),
)


async def a_day(world: World) -> None:
    """Let a day go by, busiest in the evening."""
    chance, now = Random(11), world.clock.now()  # noqa: S311 - always the same day
    for number in range(1, 420):
        ago = chance.triangular(0, _DAY, 90)
        slot_id = SlotId(f"slot-00{chance.choice((1, 1, 1, 2, 2, 3, 4, 5))}")
        begun = job(
            1000 + number, slot_id=slot_id, started_at=now - timedelta(minutes=ago + _LATEST)
        )
        await _ended(world, begun, chance)


async def _ended(world: World, begun: Job, chance: Random) -> None:
    is_fifth = begun.slot_id == "slot-005"
    luck, at = chance.random() - 0.25 * is_fifth, begun.started_at
    tried = await running(world.jobs, begun)
    if luck > 0.06:
        seconds = chance.lognormvariate(1.45, 0.4)
        one = attempt(1, started_at=at, seconds=seconds, failure_reason=None, usage=_USAGE)
        ended = done(tried.tried(one), at + timedelta(minutes=1), after=seconds + 0.4)
    elif luck > 0.03:
        ended = tried.tried(_failed(at, FailureReason.TIMEOUT, "")).failed(
            FailureReason.TIMEOUT, at=at + timedelta(seconds=48)
        )
    else:
        reason, words = chance.choice(_TROUBLES)
        ended = tried.tried(_failed(at, reason, words)).failed(reason, at=at + timedelta(seconds=4))
    await world.jobs.finish(ended)


def _failed(at: datetime, reason: FailureReason, words: str) -> Attempt:
    return attempt(1, started_at=at, seconds=3.1, failure_reason=reason, detail=words, usage={})
