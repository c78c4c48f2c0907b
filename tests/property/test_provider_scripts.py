"""Whatever providers do, and however a slot is set: deadlines and money.

How many scripts are played, and how to play 10,000 of them, is told in `conftest.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from hypothesis import event, given, settings

from photochanger_core.domain.errors import reason_of
from photochanger_core.domain.job import Job, JobStatus
from tests.virtual_time import START, run

from .asking import Asked
from .books import entries, may_be_degraded
from .deeds import GOOD
from .forms import photo
from .lone import SLOT, Got, Lone
from .money import check_asked
from .scripts import SCRIPT, Guest, Play, Script
from .sending import Sending

SCRIPTS: Final = max(1500, settings.default.max_examples if settings.default else 0)
PROMISED_GRACE: Final = 0.25
_ROUNDING: Final = 1e-6


async def check(script: Script) -> None:
    lone, got = await Play(script).played()
    for guest, what in zip(script.guests, got, strict=True):
        assert what.at - what.since <= script.window + PROMISED_GRACE + _ROUNDING
        check_got(guest, what, lone)
    for job_id, calls in lone.book.by_job.items():
        check_asked(calls, lone.terms(lone.world.jobs.jobs[job_id]))
        await check_written(lone, calls)
    for provider in script.deeds:
        assert lone.book.most_at_once(provider) <= script.places
    check_doubles(lone)
    check_marks(lone)
    await check_rest(lone)


def check_got(guest: Guest, what: Got, lone: Lone) -> None:
    if what.processed is None:
        assert what.error is not None
        event(f"a guest got {reason_of(what.error)}")
        return
    job = lone.world.jobs.jobs[what.processed.job.job_id]
    if what.processed.degraded is not None:
        event("a guest got the own photo")
        assert what.picture == photo(guest.number)
        assert job.result is None or job.is_late or ended(job) >= what.at
        return
    event("a guest got a late picture" if job.is_late else "a guest got a picture")
    assert job.status is JobStatus.DONE
    assert what.picture in pictures(guest.number)


def pictures(number: int) -> set[bytes]:
    made = (Sending(number=number, slot=SLOT, outcome=name).pictures for name in GOOD)
    return {picture for each in made for picture in each}


def ended(job: Job) -> float:
    assert job.finished_at is not None
    return (job.finished_at - START).total_seconds() + _ROUNDING


def check_doubles(lone: Lone) -> None:
    """A photo has one job at a time, and none after a picture."""
    for one, other in combinations(lone.world.jobs.jobs.values(), 2):
        if one.photo_sha256 == other.photo_sha256:
            assert one.result is None
            assert one.finished_at is not None
            assert one.finished_at <= other.started_at


def check_marks(lone: Lone) -> None:
    for job in lone.world.jobs.jobs.values():
        event(f"a job was {job.status}{' late' * job.is_late}{', degraded' * job.is_degraded}")
        assert (job.result is not None) == (job.status is JobStatus.DONE)
        assert not job.is_degraded or may_be_degraded(job, lone.slot)


async def check_written(lone: Lone, calls: Sequence[Asked]) -> None:
    attempts = await lone.world.jobs.attempts(calls[0].job_id)
    told = [(each.number, each.provider, each.failure_reason) for each in attempts]
    assert told == entries(calls)


async def check_rest(lone: Lone) -> None:
    jobs = lone.world.jobs.jobs.values()
    assert not any(job.is_open or job.ticket is not None for job in jobs)
    assert lone.world.media.handles == 0
    after_all = lone.world.clock.now().replace(year=2030)
    kept = {job_id async for _, job_id in lone.world.media.kept_before(after_all)}
    assert kept == {job.job_id for job in jobs if job.result is not None}
    assert asyncio.all_tasks() <= {asyncio.current_task()}


@settings(max_examples=SCRIPTS)
@given(SCRIPT)
def test_whatever_providers_do(script: Script) -> None:
    run(check(script))
