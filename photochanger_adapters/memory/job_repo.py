"""Jobs in a dict."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta

from attrs import define, evolve, field

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.changes import JobChanged
from photochanger_core.domain.errors import (
    IdempotencyKeyReused,
    JobNotFound,
    QueueBusy,
    RateLimited,
)
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import KEY_LIFE, Job, JobSource, JobStatus
from photochanger_core.ports.job_repo import JobRepoPort, Limits

from .changes import MemoryChanges
from .storable import storable_json


@define
class MemoryJobRepo(JobRepoPort):
    """Jobs in a dict, for as many servers of one process as share it.

    Attributes:
        jobs: What is stored, for the other repositories in memory.
        stored_attempts: Likewise.
        lines: The provider in whose line each job waits.
        changes: Told of whatever changes.
        told: Called whenever a job stops running, or changes its place.
    """

    changes: MemoryChanges = field(factory=MemoryChanges)
    jobs: dict[JobId, Job] = field(factory=dict, init=False)
    stored_attempts: dict[JobId, tuple[Attempt, ...]] = field(factory=dict, init=False)
    lines: dict[JobId, str] = field(factory=dict, init=False)
    told: list[Callable[[], None]] = field(factory=list, init=False)
    _joined: set[JobId] = field(factory=set, init=False)
    _tickets: int = field(default=0, init=False)

    async def admit(
        self,
        job: Job,
        limits: Limits,
        *,
        dedupe: timedelta | None,
        live: Collection[JobId] = (),
    ) -> Job:
        same = None if dedupe is None else self._same(job, dedupe, live)
        if same is not None:
            return self._join(same, job)
        daily = limits.daily if job.source is JobSource.INGEST else 0
        self._check_room(job.slot_id, evolve(limits, daily=daily), job.started_at, live)
        if job.job_id in self.jobs:
            raise ValueError(f"job {job.job_id} exists")
        return self._enter(job, live)

    async def check_room(
        self,
        slot_id: SlotId,
        limits: Limits,
        *,
        now: datetime,
        key: str | None,
        live: Collection[JobId] = (),
    ) -> None:
        if key is None or not any(self._by_key(slot_id, key, now, live)):
            self._check_room(slot_id, limits, now, live)

    async def start(self, job: Job) -> bool:
        stored = self.jobs.get(job.job_id)
        if stored is None or stored.status is not JobStatus.PENDING:
            return False
        self._change(stored.processing())
        return True

    async def finish(self, job: Job) -> bool:
        stored = self.jobs.get(job.job_id)
        if stored is None or not (stored.is_open or _may_come_late(stored, job)):
            return False
        ended = evolve(
            stored,
            status=job.status,
            failure_reason=job.failure_reason,
            result=job.result,
            finished_at=job.finished_at,
            ticket=stored.ticket if job.ticket is not None else None,
            is_degraded=job.is_degraded,
            is_late=job.is_late,
        )
        self._change(ended)
        self._keep_attempts(job)
        self.tell()
        return True

    async def release(self, job: Job) -> bool:
        stored = self.jobs.get(job.job_id)
        if stored is None or stored.is_open or not stored.is_running:
            return False
        self.jobs[job.job_id] = evolve(stored, ticket=None)
        self._keep_attempts(job)
        self.tell()
        return True

    async def abandon(self, job: Job) -> bool:
        stored = self.jobs.get(job.job_id)
        if stored is None or stored.status is not JobStatus.PENDING or job.job_id in self._joined:
            return False
        return await self.finish(job)

    async def get(self, job_id: JobId) -> Job:
        try:
            return self.jobs[job_id]
        except KeyError:
            raise JobNotFound from None

    async def keep_attempts(self, job: Job) -> None:
        if job.job_id in self.jobs:
            self._keep_attempts(job)

    async def attempts(self, job_id: JobId) -> Sequence[Attempt]:
        return sorted(self.stored_attempts.get(job_id, ()), key=lambda attempt: attempt.number)

    async def running(self) -> Sequence[Job]:
        running = [job for job in self.jobs.values() if job.is_running]
        return sorted(running, key=lambda job: (job.started_at, job.job_id))

    async def renew(self, job_ids: Collection[JobId], lease_until: datetime) -> Collection[JobId]:
        known = [job for job in self.jobs.values() if job.job_id in job_ids]
        for job in known:
            if job.is_running:
                self.jobs[job.job_id] = evolve(job, lease_until=lease_until)
        return {job.job_id for job in known if not job.is_running}

    def new_ticket(self) -> int:
        """Return a number greater than all before."""
        self._tickets += 1
        return self._tickets

    def waiting(self, line: str, now: datetime, live: Collection[JobId]) -> Sequence[int]:
        """Return the tickets of whoever has a place in the line of a provider."""
        return [
            job.ticket
            for job in self.jobs.values()
            if job.ticket is not None
            and self.lines[job.job_id] == line
            and (job.job_id in live or not job.is_overdue(now))
        ]

    def tell(self) -> None:
        """Wake whoever waits for something to happen to a job."""
        for call in self.told:
            call()

    def _same(self, job: Job, dedupe: timedelta, live: Collection[JobId]) -> Job | None:
        if job.idempotency_key is not None:
            found = self._by_key(job.slot_id, job.idempotency_key, job.started_at, live)
        else:
            found = self._by_photo(job, dedupe, live)
        return max(found, key=lambda same: (same.started_at, same.ticket or 0), default=None)

    def _by_key(
        self, slot_id: SlotId, key: str, now: datetime, live: Collection[JobId]
    ) -> Iterator[Job]:
        for job in self._of_booths(slot_id):
            has_key = job.idempotency_key == key
            if has_key and _is_there(job, now, live) and _age(job, now) <= KEY_LIFE:
                yield job

    def _by_photo(self, job: Job, dedupe: timedelta, live: Collection[JobId]) -> Iterator[Job]:
        for other in self._of_booths(job.slot_id):
            alike = (other.photo_sha256, other.slot_version) == (job.photo_sha256, job.slot_version)
            is_young = _age(other, job.started_at) < dedupe
            if alike and is_young and _is_there(other, job.started_at, live):
                yield other

    def _of_booths(self, slot_id: SlotId) -> Iterator[Job]:
        for job in self.jobs.values():
            if job.slot_id == slot_id and job.source is JobSource.INGEST:
                yield job

    def _join(self, same: Job, job: Job) -> Job:
        if same.photo_sha256 != job.photo_sha256:
            raise IdempotencyKeyReused
        self._joined.add(same.job_id)
        return same

    def _check_room(
        self, slot_id: SlotId, limits: Limits, now: datetime, live: Collection[JobId]
    ) -> None:
        flying = [job for job in self.jobs.values() if job.is_open and _is_live(job, now, live)]
        here = [job for job in flying if job.slot_id == slot_id]
        if len(flying) >= limits.everywhere or len(here) >= limits.slot:
            raise QueueBusy
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        today = [job for job in self._of_booths(slot_id) if job.started_at >= midnight]
        if limits.daily and len(today) >= limits.daily:
            raise RateLimited

    def _enter(self, job: Job, live: Collection[JobId]) -> Job:
        ahead = self.waiting(job.provider_id, job.started_at, live)
        entered = evolve(job, metadata=storable_json(dict(job.metadata)), ticket=self.new_ticket())
        self._change(entered)
        self.lines[job.job_id] = job.provider_id
        return evolve(entered, ahead=len(ahead))

    def _change(self, job: Job) -> None:
        """Store *job*, whose status is new, and tell of that."""
        self.jobs[job.job_id] = job
        self.changes.tell(JobChanged(job_id=job.job_id, slot_id=job.slot_id, status=job.status))

    def _keep_attempts(self, job: Job) -> None:
        kept = {attempt.number: attempt for attempt in job.attempts}
        kept |= {attempt.number: attempt for attempt in self.stored_attempts.get(job.job_id, ())}
        self.stored_attempts[job.job_id] = tuple(kept.values())


def _may_come_late(stored: Job, job: Job) -> bool:
    return stored.is_running and job.status is JobStatus.DONE


def _is_live(job: Job, now: datetime, live: Collection[JobId]) -> bool:
    return job.job_id in live or not job.is_overdue(now)


def _is_there(job: Job, now: datetime, live: Collection[JobId]) -> bool:
    """Whether *job* runs, or has a result that is kept."""
    if job.is_running:
        return _is_live(job, now, live)
    return job.result is not None and not job.result.is_gone(now)


def _age(job: Job, now: datetime) -> timedelta:
    """Return how long ago *job* has finished; one that runs has not."""
    return timedelta() if job.is_running else now - (job.finished_at or now)
