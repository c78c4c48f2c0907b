"""Jobs of every kind, as they are after an evening."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.job import Job, JobSource

from .contract.samples import attempt, done, finished, job, job_id, running
from .memory_world import MemoryWorld

DONE: Final = job_id(1)
FELL_BACK: Final = job_id(2)
TIMED_OUT: Final = job_id(3)
REFUSED: Final = job_id(4)
TEST: Final = job_id(5)
CANCELLED: Final = job_id(6)
RUNNING: Final = job_id(7)
SAID: Final = "ProviderRefused('IMAGE_SAFETY: <b>Unable to show</b> the generated image')"
OVERLOADED: Final = "ProviderServerError('model is overloaded')"


async def seed(world: MemoryWorld) -> None:
    """Put one job of each kind into *world*, the last one running."""
    now = world.clock.now()
    for ended in _ended(now - timedelta(minutes=30)):
        await finished(world.jobs, ended)
    await running(world.jobs, _job(7, now - timedelta(seconds=12)))


def _ended(at: datetime) -> Sequence[Job]:
    minute = timedelta(minutes=1)
    one, two, three, four, five, six = (_job(n, at + n * minute) for n in range(1, 7))
    overloaded = FailureReason.PROVIDER_5XX
    return [
        done(one.tried(_attempt(one, 1, 0.6, 4.1)), at + timedelta(hours=72), after=5.0),
        done(
            two.tried(_attempt(two, 1, 0.4, 3.2, reason=overloaded, detail=OVERLOADED))
            .tried(_attempt(two, 2, 5.6, 2.8, reason=overloaded, detail=OVERLOADED))
            .tried(_attempt(two, 3, 19.0, 9.5, provider="turbotext")),
            at + timedelta(hours=72),
            after=28.9,
        ),
        three.tried(_attempt(three, 1, 6.0, 40.0, reason=FailureReason.TIMEOUT)).failed(
            FailureReason.TIMEOUT, at=three.sync_deadline, is_degraded=True
        ),
        four.tried(_attempt(four, 1, 0.5, 2.0, reason=FailureReason.REFUSED, detail=SAID)).failed(
            FailureReason.REFUSED, at=four.started_at + timedelta(seconds=2.6)
        ),
        done(evolve(five, source=JobSource.UI_TEST, slot_id=SLOT_IDS[2]), at + timedelta(hours=72)),
        six.failed(FailureReason.JOB_CANCELLED, at=six.started_at + timedelta(seconds=1)),
    ]


def _job(number: int, at: datetime) -> Job:
    return job(
        number,
        photo_sha256=f"{number:064x}",
        arrived_at=at - timedelta(seconds=0.8),
        started_at=at,
        sync_deadline=at + timedelta(seconds=47.2),
        expires_at=at + timedelta(hours=72),
        lease_until=at + timedelta(hours=1),
        owner="other.example:8000",  # this one would find that it does not run it
    )


def _attempt(
    of: Job,
    number: int,
    after: float,
    seconds: float,
    *,
    reason: FailureReason | None = None,
    detail: str = "",
    provider: str = "gemini",
) -> Attempt:
    return attempt(
        number,
        provider=provider,
        model="gemini-3.1-flash-image" if provider == "gemini" else None,
        started_at=of.started_at + timedelta(seconds=after),
        seconds=seconds,
        failure_reason=reason,
        detail=detail,
    )
