"""What the server does beside answering requests."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from aiohttp import web
from structlog.testing import capture_logs

from photochanger_adapters.memory.login_failures import MemoryLoginFailures
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.domain.events import BugMet, BugPlace
from photochanger_core.domain.login import LOCK_TIME
from photochanger_core.use_cases.sweep_jobs import SWEEP_EVERY
from photochanger_web.background import upkeep
from photochanger_web.keys import USE_CASES
from tests.contract.samples import claims_of
from tests.memory_world import MemoryWorld

COUNTED = LOCK_TIME * 2


class FailuresAwayAtFirst(MemoryLoginFailures):
    """Failures that cannot be purged the first time."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.errors = [error]

    async def purge(self, before: datetime) -> None:
        if self.errors:
            raise self.errors.pop()
        await super().purge(before)


async def kept_up(world: MemoryWorld, seconds: float) -> None:
    app = web.Application()
    app[USE_CASES] = world.use
    async with asynccontextmanager(upkeep)(app):
        await asyncio.sleep(seconds)


async def fail_long_ago(world: MemoryWorld) -> None:
    now = world.clock.now()
    for at in (now - COUNTED - timedelta(seconds=1), now):
        await world.login_failures.count("serg", "192.0.2.7", at)


async def test_what_logins_have_left_goes_by_itself(world: MemoryWorld) -> None:
    await fail_long_ago(world)
    await world.revoked_tokens.revoke("over", world.clock.now() + timedelta(seconds=1))
    await world.revoked_tokens.revoke("good", world.clock.now() + timedelta(hours=1))
    await kept_up(world, SWEEP_EVERY + 1)

    assert len(world.login_failures._failures) == 1
    assert not await world.revoked_tokens.is_revoked(claims_of("over"))
    assert await world.revoked_tokens.is_revoked(claims_of("good"))


async def test_a_bug_does_not_end_that_either_and_is_told_of(world: MemoryWorld) -> None:
    world.login_failures = FailuresAwayAtFirst(ZeroDivisionError())
    await fail_long_ago(world)
    with capture_logs():
        await kept_up(world, 2 * SWEEP_EVERY + 1)

    assert len(world.login_failures._failures) == 1
    assert world.events.events == [BugMet(place=BugPlace.UPKEEP)]


async def test_an_outage_does_not_end_that(world: MemoryWorld) -> None:
    world.login_failures = FailuresAwayAtFirst(QueueUnavailable())
    await fail_long_ago(world)
    await kept_up(world, 2 * SWEEP_EVERY + 1)

    assert len(world.login_failures._failures) == 1
