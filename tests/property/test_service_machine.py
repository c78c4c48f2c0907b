"""Two servers under any sequence of photos, faults, clock jumps and reads."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from photochanger_core.domain.errors import StorageFull, StorageUnavailable
from photochanger_core.use_cases.purge_results import ORPHAN_AGE
from tests.strategies import sendings
from tests.virtual_time import VirtualTimeLoop

from .guests import Guests
from .sending import Sending
from .service import OWNERS, Service
from .verdicts import check_always, check_ends

T = TypeVar("T")

OWNER = st.sampled_from(OWNERS)
ANY: Final = st.integers(0, 1000)
"""Chooses among the jobs there are."""


class Machine(RuleBasedStateMachine):
    """The service, its booths and its guests."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=VirtualTimeLoop)
        self.service = Service()
        self.guests = Guests(self.service)
        self.numbers = itertools.count(1)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def open(self) -> None:
        self.run(self.service.open())

    @rule(sending=sendings(), owner=OWNER)
    def send(self, sending: Sending, owner: str) -> None:
        self.run(self._send([sending], owner))

    @rule(rush=st.lists(sendings(), min_size=2, max_size=6), owner=OWNER)
    def send_at_once(self, rush: list[Sending], owner: str) -> None:
        self.run(self._send(rush, owner))

    @rule(seconds=st.sampled_from([0.0, 0.25, 1.0, 9.5, 10.0, 16.0]))
    def wait(self, seconds: float) -> None:
        self.run(asyncio.sleep(seconds))

    @rule()
    def wait_for_all(self) -> None:
        self.run(self.service.answered())

    @rule(hours=st.sampled_from([-1, 1]))
    def step_wall_clock(self, hours: int) -> None:
        self.service.step(timedelta(hours=hours))

    @rule(database=st.sampled_from([0.0, 0.0625, 0.25]), disk=st.sampled_from([0.0, 0.25, 3.0]))
    def slow_down(self, database: float, disk: float) -> None:
        self.service.disturb(is_fault=False)
        self.service.trouble.database_seconds = database
        self.service.trouble.disk_seconds = disk

    @rule(mute=st.booleans())
    def lose_database(self, mute: bool) -> None:
        self.service.disturb(is_fault=True)
        self.service.trouble.database_away = not mute
        self.service.trouble.database_mute = mute

    @rule(error=st.sampled_from([StorageFull, StorageUnavailable]))
    def lose_disk(self, error: type[StorageFull | StorageUnavailable]) -> None:
        self.service.disturb(is_fault=True)
        self.service.world.media.failing = error()

    @rule()
    def repair(self) -> None:
        self.service.repair()

    @rule(owner=OWNER, restarted=st.booleans())
    def kill(self, owner: str, restarted: bool) -> None:
        self.run(self.service.kill(owner))
        if restarted:
            self.run(self.service.start(owner))

    @rule(owner=OWNER)
    def sweep(self, owner: str) -> None:
        self.run(self.service.servers[owner].sweep())

    @precondition(lambda self: self.guests.can_remove)
    @rule()
    def purge(self) -> None:
        self.run(self.guests.purge())

    @rule(which=ANY)
    def read_result(self, which: int) -> None:
        self.run(self.guests.read_result(self.guests.any_job(which)))

    @rule(which=ANY, beyond=st.sampled_from([timedelta(0), timedelta.resolution]))
    def read_at_the_last_instant(self, which: int, beyond: timedelta) -> None:
        self.run(self._read_at_the_last_instant(which, beyond))

    @rule(which=ANY)
    def read_job(self, which: int) -> None:
        self.run(self.guests.read_job(self.guests.any_job(which)))

    @invariant()
    def promises_hold(self) -> None:
        check_always(self.service)
        self.guests.note_pictures()

    def teardown(self) -> None:
        with self.runner:
            self.run(self._end())

    async def _send(self, rush: list[Sending], owner: str) -> None:
        for sending in rush:
            if self.service.servers[owner].is_alive:
                self.service.send(evolve(sending, number=next(self.numbers)), owner)
        await asyncio.sleep(0)

    async def _read_at_the_last_instant(self, which: int, beyond: timedelta) -> None:
        await self.service.answered()
        self.guests.note_pictures()
        if jobs := list(self.guests.pictures):
            job_id = jobs[which % len(jobs)]
            await self._sleep_until(self.guests.pictures[job_id][1] + beyond)
            await self.guests.read_result(job_id)

    async def _sleep_until(self, moment: datetime) -> None:
        self.service.jump(max(0.0, (moment - self.service.now).total_seconds()))
        if self.service.now < moment:
            self.service.step(moment - self.service.now)  # what a float has lost

    async def _end(self) -> None:
        await self.service.swept()
        self.promises_hold()
        await check_ends(self.service)
        self.service.jump(ORPHAN_AGE.total_seconds() + 1)
        await self.guests.purge()
        assert await self.service.kept() == self.guests.served
        await self.service.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=300, stateful_step_count=30)
