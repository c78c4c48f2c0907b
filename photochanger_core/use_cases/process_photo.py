"""Have a photo processed, and wait for the picture."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from attrs import define, field

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import GRACE, DeadlinePassed
from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    Interrupted,
    ResultNotFound,
    SyncTimeout,
    error_of,
)
from photochanger_core.domain.events import JobJoined, JobReplayed
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job, JobStatus
from photochanger_core.domain.slot import OnFailure
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.runs import RunsPort
from photochanger_core.ports.turns import TurnsPort

from .abandon_job import AbandonJob
from .assignment import Assignment
from .prepare_photo import PreparePhoto
from .renew_leases import LEASE
from .run_job import RunJob
from .tell_when import TellWhen
from .timing import Phase
from .visit import PhotoRequest, Processed, Visit

_CLOSING: Final = GRACE / 3

_ORIGINAL_SHARE: Final = 0.5
"""Of the time left, for preparing what is given in place of a picture."""


@define(kw_only=True)
class ProcessPhoto:
    """Have a photo processed, and wait for the picture.

    The job runs apart from the request, in whichever process. A photo that is being processed
    already is waited for, one that was processed is answered at once. If a caller leaves before
    the provider was asked, and nobody else waits, the job is given up; after that it goes on,
    its picture is paid for.
    """

    media: MediaStorePort
    runs: RunsPort
    turns: TurnsPort
    clock: ClockPort
    events: EventsPort
    prepare_photo: PreparePhoto
    run_job: RunJob
    abandon_job: AbandonJob
    tell_when: TellWhen
    new_job_id: Callable[[], JobId]
    owner: str
    _works: dict[JobId, Assignment] = field(factory=dict, init=False)

    async def __call__(self, request: PhotoRequest) -> Processed:
        """Return what the photo has led to, by its deadline or `GRACE` later.

        Raises:
            SyncTimeout: If the picture is not ready by then.
            QueueBusy, RateLimited: If there is no room for another job.
            IdempotencyKeyReused: If the key belongs to another photo.
            CoreError: Whatever is wrong with the photo, the provider or the stores.
        """
        visit = Visit(request, request.dedupe)
        try:
            async with self.clock.until(_patience(request)):
                return await self._answer(visit)
        except DeadlinePassed:
            return self._instead(visit, SyncTimeout())
        except CoreError as error:
            return self._instead(visit, error)
        except BaseException:
            self._leave(visit)
            raise
        finally:
            await visit.close()

    async def _answer(self, visit: Visit) -> Processed:
        visit.request.timing.enter(Phase.WAIT, self.clock.monotonic())
        while True:
            visit.joined = None
            work = visit.work = self._assignment(visit)
            self.runs.begin(work.job.job_id, partial(self._run, work))
            job = await self.runs.ended(work.job.job_id)
            if job.job_id == work.job.job_id:
                return await self._picture(visit, job)
            answer = await (self._joined if job.result is None else self._replayed)(visit, job)
            if answer is not None:
                return answer

    async def _run(self, work: Assignment) -> Job:
        self._works[work.job.job_id] = work
        try:
            return await self.run_job(work)
        finally:
            del self._works[work.job.job_id]

    def _assignment(self, visit: Visit) -> Assignment:
        now, request = self.clock.now(), visit.request
        job = Job(
            job_id=self.new_job_id(),
            slot_id=request.slot.slot_id,
            slot_version=request.slot.version,
            source=request.source,
            provider_id=request.slot.provider,
            arrived_at=request.arrived_at,
            started_at=now,
            sync_deadline=request.deadline.at,
            expires_at=now + request.settings.result_ttl,
            owner=self.owner,
            lease_until=now + LEASE,
            photo_sha256=request.photo.sha256,
            metadata=request.metadata,
            idempotency_key=request.idempotency_key,
            correlation_id=request.correlation_id,
        )
        return Assignment(
            job=job,
            slot=request.slot,
            settings=request.settings,
            photo=request.photo.again(),
            deadline=request.deadline,
            dedupe=visit.dedupe,
            began=self.clock.monotonic(),
            timing=request.timing,
            callers=[visit.caller],
        )

    async def _joined(self, visit: Visit, job: Job) -> Processed | None:
        """Wait for the job of somebody else; None: its server has died, and left it undone."""
        visit.joined = job
        self.events.emit(JobJoined(job_id=job.job_id, slot_id=job.slot_id))
        await self._take_part(visit, job)
        try:
            ended = await self._ended(job)
        except Interrupted:
            return None
        if ended.is_running or ended.failure_reason is FailureReason.INTERRUPTED:
            return None
        if ended.result is None:
            raise error_of(ended.failure_reason)
        return await self._picture(visit, ended)

    async def _ended(self, job: Job) -> Job:
        if job.job_id in self.runs.live():
            return await self.runs.ended(job.job_id)
        return await self.turns.ended(job.job_id)

    async def _replayed(self, visit: Visit, job: Job) -> Processed | None:
        """Answer with the picture that is there; None: it is not there."""
        try:
            processed = await self._picture(visit, job, is_replay=True)
        except ResultNotFound:
            visit.dedupe = None
            return None
        self.events.emit(JobReplayed(job_id=job.job_id, slot_id=job.slot_id))
        return processed

    async def _take_part(self, visit: Visit, job: Job) -> None:
        """See to it that the caller has the guest's own photo, if it may be needed."""
        with suppress(CoreError, DeadlinePassed):  # whoever runs the job tells what is wrong
            if work := self._works.get(job.job_id):
                work.join(visit.caller)
            elif visit.request.slot.on_failure is OnFailure.ORIGINAL:
                await self._prepare_original(visit)

    async def _prepare_original(self, visit: Visit) -> None:
        request, caller = visit.request, visit.caller
        left = max(0.0, request.deadline.moment - self.clock.monotonic())
        if caller.original is None:
            caller.original, _ = await self.prepare_photo(
                request.photo, request.slot, seconds=left * _ORIGINAL_SHARE
            )

    async def _picture(self, visit: Visit, job: Job, *, is_replay: bool = False) -> Processed:
        assert job.result is not None  # noqa: S101 - it is done
        content = await self.media.open(job.slot_id, job.job_id, job.result)
        return self._processed(visit, job, content, is_replay=is_replay)

    def _instead(self, visit: Visit, error: CoreError) -> Processed:
        """Return the guest's own photo if the slot gives it in place of *error*; else raise it."""
        request, job = visit.request, visit.job
        if job is not None:
            if (original := visit.original_for(error)) is not None:
                return self._processed(visit, job, original.again(), degraded=error.reason)
            error.details |= {"job_id": job.job_id, "expires_at": job.expires_at}
        self.tell_when(error, request.slot, request.settings)
        raise error

    def _processed(
        self,
        visit: Visit,
        job: Job,
        content: Blob,
        *,
        is_replay: bool = False,
        degraded: FailureReason | None = None,
    ) -> Processed:
        timing = visit.request.timing
        timing.enter(timing.phase, self.clock.monotonic())
        return Processed(
            job=job,
            content=content,
            degraded=degraded,
            is_joined=visit.joined is not None,
            is_replay=is_replay,
            timing=timing,
        )

    def _leave(self, visit: Visit) -> None:
        work = visit.work
        visit.caller.has_left = True
        if work is not None and work.admitted and work.job.status is JobStatus.PENDING:
            self.runs.aside(partial(self.abandon_job, work.job))


def _patience(request: PhotoRequest) -> float:
    """Return the moment until which a caller waits.

    A job that is closed at its deadline is waited for a little longer, as it tells why; one that
    runs on tells nothing, and is given the time to be closed.
    """
    return request.deadline.moment + (_CLOSING if request.slot.keeps_late else GRACE)
