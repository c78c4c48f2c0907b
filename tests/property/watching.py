"""A job repository whose every change goes into the ledger."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from attrs import define, evolve

from photochanger_adapters.memory.job_repo import MemoryJobRepo
from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.errors import FailureReason, QueueBusy, RateLimited
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.ports.job_repo import JobRepoPort, Limits

from .ledger import Ledger
from .trouble import Road


@define(eq=False)
class WatchedJobs(JobRepoPort):
    """A job repository at the end of a road, whose every change goes into the ledger."""

    _jobs: MemoryJobRepo
    _road: Road
    _ledger: Ledger
    _live: Callable[[], Collection[JobId]]

    async def admit(
        self,
        job: Job,
        limits: Limits,
        *,
        dedupe: timedelta | None,
        live: Collection[JobId] = (),
    ) -> Job:
        async with self._road.to_database():
            held = evolve(limits, daily=0) if job.source is JobSource.UI_TEST else limits
            room = self._room(job.slot_id, held, job.started_at, live)
            with self._refusing(room=room):
                stored = await self._jobs.admit(job, limits, dedupe=dedupe, live=live)
            assert room or stored.job_id != job.job_id
            self._note(stored.job_id)
        return stored

    async def check_room(
        self,
        slot_id: SlotId,
        limits: Limits,
        *,
        now: datetime,
        key: str | None,
        live: Collection[JobId] = (),
    ) -> None:
        async with self._road.to_database():
            room = self._room(slot_id, limits, now, live)
            with self._refusing(room=room):
                await self._jobs.check_room(slot_id, limits, now=now, key=key, live=live)

    async def start(self, job: Job) -> bool:
        async with self._road.to_database():
            started = await self._jobs.start(job)
            self._note(job.job_id)
        return started

    async def finish(self, job: Job) -> bool:
        async with self._road.to_database():
            self._check_dead(job)
            finished = await self._jobs.finish(job)
            self._note(job.job_id)
        return finished

    async def release(self, job: Job) -> bool:
        async with self._road.to_database():
            released = await self._jobs.release(job)
            self._note(job.job_id)
        return released

    async def keep_attempts(self, job: Job) -> None:
        async with self._road.to_database():
            await self._jobs.keep_attempts(job)

    async def abandon(self, job: Job) -> bool:
        async with self._road.to_database():
            abandoned = await self._jobs.abandon(job)
            self._note(job.job_id)
        return abandoned

    async def get(self, job_id: JobId) -> Job:
        async with self._road.to_database():
            return await self._jobs.get(job_id)

    async def attempts(self, job_id: JobId) -> Sequence[Attempt]:
        async with self._road.to_database():
            return await self._jobs.attempts(job_id)

    async def running(self) -> Sequence[Job]:
        async with self._road.to_database():
            return await self._jobs.running()

    async def renew(self, job_ids: Collection[JobId], lease_until: datetime) -> Collection[JobId]:
        async with self._road.to_database():
            return await self._jobs.renew(job_ids, lease_until)

    @contextmanager
    def _refusing(self, *, room: bool) -> Iterator[None]:
        """Refused is who finds no room, and nobody else."""
        try:
            yield
        except (QueueBusy, RateLimited) as error:
            assert not room
            self._ledger.busy += isinstance(error, QueueBusy)
            raise

    def _room(
        self, slot_id: SlotId, limits: Limits, now: datetime, live: Collection[JobId]
    ) -> bool:
        jobs = self._jobs.jobs.values()
        flying = [job for job in jobs if job.is_open]
        flying = [job for job in flying if job.lease_until >= now or job.job_id in live]
        here = [job for job in flying if job.slot_id == slot_id]
        today = [
            job
            for job in jobs
            if (job.slot_id, job.source) == (slot_id, JobSource.INGEST)
            and job.started_at.date() >= now.date()
        ]
        of_day = not limits.daily or len(today) < limits.daily
        return len(flying) < limits.everywhere and len(here) < limits.slot and of_day

    def _check_dead(self, job: Job) -> None:
        """A job may be closed as interrupted only when nobody runs it, or it is closed anyway."""
        if job.failure_reason is FailureReason.INTERRUPTED and job.job_id in self._live():
            assert not self._jobs.jobs[job.job_id].is_open

    def _note(self, job_id: JobId) -> None:
        with suppress(KeyError):
            self._ledger.note(self._jobs.jobs[job_id], at=self._road.clock.monotonic())
