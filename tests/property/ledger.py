"""What becomes of each job, written down as it is stored, and checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from attrs import define, field

from photochanger_core.domain.errors import FailureReason, JobNotFound, QueueBusy
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import TRANSITIONS, Job, JobStatus
from photochanger_core.ports.job_repo import JobRepoPort, Limits

from .trouble import Road

OPEN: Final = frozenset({JobStatus.PENDING, JobStatus.PROCESSING})


@define
class Ledger:
    """What has become of each job.

    Attributes:
        jobs: By the checksum of its photo.
        moves: Every status a job has had, oldest first.
        busy: Photos that there was no room for.
        era: Grows whenever something begins or ends that no forecast knows.
        ended_in: The era in which a job was closed.
    """

    jobs: dict[str, Job] = field(factory=dict, init=False)
    moves: dict[JobId, list[JobStatus]] = field(factory=dict, init=False)
    busy: set[str] = field(factory=set, init=False)
    era: int = field(default=0, init=False)
    ended_in: dict[JobId, int] = field(factory=dict, init=False)

    def note(self, job: Job) -> None:
        """Write down how *job* stands now: where it stood, or one legal move on."""
        moves = self.moves.setdefault(job.job_id, [JobStatus.PENDING])
        if job.status is not moves[-1]:
            assert job.status in TRANSITIONS[moves[-1]], (moves, job.status)
            moves.append(job.status)
            self.ended_in[job.job_id] = self.era
        self.jobs[job.photo_sha256] = job

    @property
    def open(self) -> Sequence[Job]:
        """The jobs that are not finished."""
        return [job for job in self.jobs.values() if job.status in OPEN]

    @property
    def done(self) -> dict[JobId, Job]:
        """The jobs that have a picture."""
        return {job.job_id: job for job in self.jobs.values() if job.status is JobStatus.DONE}


@define(eq=False)
class WatchedJobs(JobRepoPort):
    """A job repository at the end of a road, whose every change goes into the ledger."""

    _jobs: JobRepoPort
    _road: Road
    _ledger: Ledger
    _live: Callable[[], Collection[JobId]]

    async def admit(self, job: Job, limits: Limits) -> None:
        async with self._road.to_database():
            room = await self._has_room(job, limits)
            try:
                await self._jobs.admit(job, limits)
            except QueueBusy:
                assert not room
                self._ledger.busy.add(job.photo_sha256)
                raise
            assert room
            await self._note(job.job_id)

    async def start(self, job: Job) -> bool:
        async with self._road.to_database():
            started = await self._jobs.start(job)
            await self._note(job.job_id)
        return started

    async def finish(self, job: Job) -> bool:
        async with self._road.to_database():
            self._check_dead(job)
            finished = await self._jobs.finish(job)
            await self._note(job.job_id)
        return finished

    async def get(self, job_id: JobId) -> Job:
        async with self._road.to_database():
            return await self._jobs.get(job_id)

    async def open_jobs(self) -> Sequence[Job]:
        async with self._road.to_database():
            return await self._jobs.open_jobs()

    async def renew(self, job_ids: Collection[JobId], lease_until: datetime) -> None:
        async with self._road.to_database():
            await self._jobs.renew(job_ids, lease_until)

    async def expired(self, now: datetime, limit: int) -> Sequence[Job]:
        async with self._road.to_database():
            return await self._jobs.expired(now, limit)

    async def mark_cleaned(self, job_id: JobId, at: datetime) -> None:
        async with self._road.to_database():
            await self._jobs.mark_cleaned(job_id, at)
            await self._note(job_id)

    async def _has_room(self, job: Job, limits: Limits) -> bool:
        live = [
            other for other in await self._jobs.open_jobs() if other.lease_until >= job.started_at
        ]
        here = [other for other in live if other.slot_id == job.slot_id]
        return len(live) < limits.everywhere and len(here) < limits.slot

    def _check_dead(self, job: Job) -> None:
        """A job may be closed as interrupted only when nobody runs it, or it is closed anyway."""
        if job.failure_reason is FailureReason.INTERRUPTED and job.job_id in self._live():
            assert self._ledger.jobs[job.photo_sha256].status not in OPEN

    async def _note(self, job_id: JobId) -> None:
        with suppress(JobNotFound):
            self._ledger.note(await self._jobs.get(job_id))
