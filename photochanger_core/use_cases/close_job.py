"""Close a job that was run here, and tell of it."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import GRACE
from photochanger_core.domain.errors import (
    CoreError,
    Interrupted,
    JobNotFound,
    QueueUnavailable,
    reason_of,
)
from photochanger_core.domain.events import JobFinished, JobNotClosed
from photochanger_core.domain.job import Job, Result
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_store import MediaStorePort

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

    async def done(self, work: Assignment, location: str, picture: Blob) -> Job:
        """Close the job with the picture stored at *location*, and return it.

        Raises:
            Interrupted: If somebody else has closed it.
            DeadlinePassed: If that took too long.
            QueueUnavailable: If it cannot be stored; it may be done or not.
        """
        work.closing = True
        now = self.clock.now()
        result = Result(
            media_type=picture.media_type,
            size=picture.size,
            sha256=picture.sha256,
            location=location,
            expires_at=now + work.result_ttl,
        )
        closed = work.job.done(result, at=now)
        async with self.clock.until(work.deadline.moment + GRACE):
            if not await self._store_done(closed):
                raise Interrupted("closed by somebody while it ran")
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

    async def failed(self, work: Assignment, error: Exception) -> None:
        """Close the job for the reason of *error* and remove what was stored for it."""
        work.closing = True
        try:
            await self._fail(work, error)
        except JobNotFound:
            return  # it was never admitted
        except CoreError as trouble:
            self.events.emit(
                JobNotClosed(job_id=work.job.job_id, slot_id=work.job.slot_id, detail=repr(trouble))
            )

    async def _fail(self, work: Assignment, error: Exception) -> None:
        if isinstance(error, QueueUnavailable):
            raise error
        closed = work.job.failed(reason_of(error), at=self.clock.now())
        if await self.jobs.finish(closed):
            self._tell_finished(work, closed, repr(error))
        await self._discard_unless_done(work)

    async def _discard_unless_done(self, work: Assignment) -> None:
        """Remove the files, unless the job is done after all: its commit may have been slow."""
        stored = await self.jobs.get(work.job.job_id)
        if stored.result is None:
            await self.media.discard(work.job.slot_id, work.job.job_id)

    def _tell_finished(self, work: Assignment, closed: Job, detail: str) -> None:
        self.events.emit(
            JobFinished(
                job_id=closed.job_id,
                slot_id=closed.slot_id,
                status=closed.status,
                failure_reason=closed.failure_reason,
                detail=detail,
                seconds=self.clock.monotonic() - work.began,
            )
        )
