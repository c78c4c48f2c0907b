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

from photochanger_core.domain.errors import (
    JobNotFound,
    ResultExpired,
    ResultNotFound,
    StorageFull,
    StorageUnavailable,
)
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.use_cases.purge_results import ORPHAN_AGE, Purged
from tests.strategies import sendings
from tests.virtual_time import VirtualTimeLoop

from .sending import Sending
from .service import OWNERS, TTL, Service
from .verdicts import check_always, check_ends

T = TypeVar("T")

NEVER_SENT: Final = JobId("00000000-0000-4000-8000-ffffffffffff")
OWNER = st.sampled_from(OWNERS)
ANY: Final = st.integers(0, 1000)
"""Chooses among the jobs there are."""


class Machine(RuleBasedStateMachine):
    """The service, and a plain dict of the pictures it must serve.

    Attributes:
        pictures: By job: what guests must get, and the last instant at which they must.
        gone: Jobs whose picture is known to be removed: it never comes back.
    """

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=VirtualTimeLoop)
        self.service = Service()
        self.numbers = itertools.count(1)
        self.pictures: dict[JobId, tuple[bytes, datetime]] = {}
        self.gone: set[JobId] = set()

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

    @rule(which=ANY, beyond=st.sampled_from([timedelta(0), timedelta.resolution]))
    def read_at_the_last_instant(self, which: int, beyond: timedelta) -> None:
        self.run(self.service.answered())
        self._note_pictures()
        if self.pictures:
            job_id = list(self.pictures)[which % len(self.pictures)]
            self.run(self._sleep_until(self.pictures[job_id][1] + beyond))
            self._check_read(job_id)

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
        self.service.disturb(is_fault=False)
        self.service.repair()

    @rule(owner=OWNER, restarted=st.booleans())
    def kill(self, owner: str, restarted: bool) -> None:
        self.run(self.service.kill(owner))
        if restarted:
            self.run(self.service.start(owner))

    @rule(owner=OWNER)
    def sweep(self, owner: str) -> None:
        self.run(self.service.servers[owner].sweep())

    @precondition(lambda self: not isinstance(self.service.world.media.failing, StorageUnavailable))
    @rule()
    def purge(self) -> None:
        now, use = self.service.now, self.service.world.use
        due = {job for job, (_, expires_at) in self._kept.items() if expires_at < now}
        assert self.run(use.purge_results()).expired == len(due)
        assert self.run(use.purge_results()) == Purged(expired=0, orphans=0)
        self.gone |= due

    @rule(which=ANY)
    def read_result(self, which: int) -> None:
        self._check_read(self._any_job(which))

    @rule(which=ANY)
    def read_job(self, which: int) -> None:
        job_id, jobs, moves = self._any_job(which), self._jobs, self.service.ledger.moves
        try:
            job = self.run(self.service.world.use.read_job(job_id))
        except JobNotFound:
            assert job_id not in jobs or self.service.now > jobs[job_id].started_at + TTL
        else:
            assert job.status in moves[job_id]
            assert self.service.now <= jobs[job_id].started_at + TTL

    @invariant()
    def promises_hold(self) -> None:
        check_always(self.service)
        self._note_pictures()

    def teardown(self) -> None:
        with self.runner:
            self.run(self._end())

    def _check_read(self, job_id: JobId) -> None:
        failing = self.service.world.media.failing
        try:
            content = self.run(self._read(job_id))
        except ResultNotFound:
            assert job_id not in self.pictures
        except ResultExpired:
            assert not self._is_served(job_id)
            if not isinstance(failing, StorageUnavailable):
                self.gone.add(job_id)
        except StorageUnavailable as error:
            assert error is failing
            assert self._is_served(job_id)
        else:
            assert content == self.pictures[job_id][0]
            assert self._is_served(job_id)

    async def _send(self, rush: list[Sending], owner: str) -> None:
        for sending in rush:
            if self.service.servers[owner].is_alive:
                self.service.send(evolve(sending, number=next(self.numbers)), owner)
        await asyncio.sleep(0)

    async def _sleep_until(self, moment: datetime) -> None:
        clock = self.service.world.clock
        self.service.jump(max(0.0, (moment - clock.now()).total_seconds()))
        if clock.now() < moment:
            clock.stepped += moment - clock.now()  # what a float has lost
        await asyncio.sleep(0)

    async def _read(self, job_id: JobId) -> bytes:
        picture = await self.service.world.use.read_result(job_id)
        content = b"".join([chunk async for chunk in picture.content.chunks()])
        await picture.content.close()
        return content

    async def _end(self) -> None:
        await self.service.swept()
        check_always(self.service)
        check_ends(self.service)
        self._note_pictures()
        self.service.jump(ORPHAN_AGE.total_seconds() + 1)
        await self.service.world.use.purge_results()
        assert {job_id for _, job_id in await self.service.kept()} == {
            job_id for job_id in self._kept if self._is_served(job_id)
        }
        await self.service.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    def _note_pictures(self) -> None:
        self.pictures |= {
            job_id: (self._sent[job.photo_sha256].picture, job.result.expires_at)
            for job_id, job in self._jobs.items()
            if job.result is not None
        }

    @property
    def _jobs(self) -> dict[JobId, Job]:
        return {job.job_id: job for job in self.service.ledger.jobs.values()}

    @property
    def _sent(self) -> dict[str, Sending]:
        return {sent.sending.photo_sha256: sent.sending for sent in self.service.sent}

    @property
    def _kept(self) -> dict[JobId, tuple[bytes, datetime]]:
        return {job: kept for job, kept in self.pictures.items() if job not in self.gone}

    def _is_served(self, job_id: JobId) -> bool:
        return job_id in self._kept and self.service.now <= self.pictures[job_id][1]

    def _any_job(self, which: int) -> JobId:
        jobs = [NEVER_SENT, *self._jobs]
        return jobs[which % len(jobs)]


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
