"""Close a job that was run here, and tell of it."""

from __future__ import annotations

from typing import Final

from attrs import evolve, frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import GRACE
from photochanger_core.domain.errors import (
    CoreError,
    Interrupted,
    JobNotFound,
    QueueUnavailable,
    StorageUnavailable,
    SyncTimeout,
    in_short,
    reason_of,
)
from photochanger_core.domain.events import JobFinished, JobNotClosed
from photochanger_core.domain.job import Job, Result
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.provider_health import ProviderHealthPort

from .assignment import Assignment

_PATIENCE: Final = 3.0
"""Seconds in which a done job is tried to be stored anew."""

_PAUSE: Final = 0.25


@frozen(kw_only=True)
class CloseJob:
    """Close a job that was run here, and tell of it.

    A job that cannot be closed because the database is away stays open, with its files, until
    the sweep finds it: nobody knows then what the last command did.
    """

    jobs: JobRepoPort
    media: MediaStorePort
    clock: ClockPort
    events: EventsPort
    health: ProviderHealthPort

    async def done(self, work: Assignment, location: str, picture: Blob) -> Job:
        """Close the job with the picture stored at *location*, and return it.

        Raises:
            Interrupted: If somebody else has closed it.
            DeadlinePassed: If that took too long.
            QueueUnavailable: If it cannot be stored; it may be done or not.
        """
        now = self.clock.now()
        result = Result(
            media_type=picture.media_type,
            size=picture.size,
            sha256=picture.sha256,
            location=location,
            expires_at=now + work.settings.result_ttl,
        )
        late = self.clock.monotonic() > work.deadline.moment + GRACE
        closed = work.job.done(result, at=now, is_late=late)
        async with self.clock.until(work.end + GRACE):
            if not await self._store_done(closed):
                raise Interrupted("closed by somebody while it ran")
        self.health.job_took(work.slot.provider, self.clock.monotonic() - work.began)
        self._tell_finished(work, closed, "")
        return closed

    async def _store_done(self, closed: Job) -> bool:
        """Store a paid picture's job, even if the database is away for a moment.

        What a command did that was not answered is unknown, so another one may find it done.
        """
        patience = self.clock.monotonic() + _PATIENCE
        while True:
            try:
                if await self.jobs.finish(closed):
                    return True
                return (await self.jobs.get(closed.job_id)).result == closed.result
            except QueueUnavailable:
                if self.clock.monotonic() >= patience:
                    raise
                await self.clock.sleep(_PAUSE)

    async def timed_out(self, work: Assignment) -> None:
        """Close the job for its deadline, while an attempt goes on whose picture is kept."""
        closed = work.job.timed_out_running_on(
            at=self.clock.now(), is_degraded=work.is_degraded_by(SyncTimeout())
        )
        try:
            if await self.jobs.finish(closed):
                work.job = evolve(closed, attempts=work.job.attempts)  # one may have ended since
                self._tell_finished(work, closed, "runs on")
        except QueueUnavailable as trouble:
            self._tell_not_closed(work, trouble)

    async def failed(self, work: Assignment, error: Exception) -> Job | None:
        """Close the job for the reason of *error* and remove what was stored for it.

        Returns:
            The job as it is stored then, closed by us or by somebody else; None: there is none,
            or nobody knows.
        """
        try:
            return await self._fail(work, error)
        except JobNotFound:
            return None  # it was never admitted
        except CoreError as trouble:
            self._tell_not_closed(work, trouble)
            return None

    async def _fail(self, work: Assignment, error: Exception) -> Job:
        if isinstance(error, QueueUnavailable):
            raise error
        if work.has_timed_out:
            await self.jobs.release(work.job)
        else:
            await self._end(work, error)
        stored = await self.jobs.get(work.job.job_id)
        if stored.result is None:
            await self._discard(work)
        return stored

    async def _discard(self, work: Assignment) -> None:
        try:
            await self.media.discard(work.job.slot_id, work.job.job_id)
        except StorageUnavailable as trouble:
            self._tell_not_closed(work, trouble)

    async def _end(self, work: Assignment, error: Exception) -> None:
        degraded = isinstance(error, CoreError) and work.is_degraded_by(error)
        closed = work.job.failed(reason_of(error), at=self.clock.now(), is_degraded=degraded)
        if await self.jobs.finish(closed):
            work.job = closed
            self._tell_finished(work, closed, in_short(error))
        elif work.job.attempts:  # somebody else has closed it, and does not know of them
            await self.jobs.keep_attempts(work.job)

    def _tell_not_closed(self, work: Assignment, trouble: CoreError) -> None:
        self.events.emit(
            JobNotClosed(job_id=work.job.job_id, slot_id=work.job.slot_id, detail=repr(trouble))
        )

    def _tell_finished(self, work: Assignment, closed: Job, detail: str) -> None:
        self.events.emit(
            JobFinished(
                job_id=closed.job_id,
                slot_id=closed.slot_id,
                source=closed.source,
                status=closed.status,
                failure_reason=closed.failure_reason,
                detail=detail,
                seconds=self.clock.monotonic() - work.began,
                is_degraded=closed.is_degraded,
                is_late=closed.is_late,
            )
        )
