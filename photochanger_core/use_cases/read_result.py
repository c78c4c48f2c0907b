"""Hand out a stored picture."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import (
    JobNotFound,
    QueueUnavailable,
    ResultExpired,
    ResultNotFound,
    StorageUnavailable,
)
from photochanger_core.domain.events import ResultMissing
from photochanger_core.domain.ids import job_id
from photochanger_core.domain.job import Job, Result
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_store import MediaStorePort

from .purge_results import PurgeResults


@frozen(kw_only=True)
class StoredPicture:
    """A picture and what is known of it; `content` is to be closed."""

    job: Job
    result: Result
    content: Blob


@frozen(kw_only=True)
class ReadResult:
    """Hand out a stored picture; its time is checked on every read."""

    jobs: JobRepoPort
    media: MediaStorePort
    clock: ClockPort
    events: EventsPort
    purge_results: PurgeResults

    async def __call__(self, text: str) -> StoredPicture:
        """Return the picture of the job with the id *text*.

        Raises:
            ResultNotFound: If there is no such job, or it has no picture.
            ResultExpired: If its time is over; its file is removed then.
            QueueUnavailable, StorageUnavailable: If it cannot be read.
        """
        job = await self._job(text)
        if job.result is None:
            raise ResultNotFound
        if job.result.cleaned_at is not None:
            raise ResultExpired
        if job.result.is_gone(self.clock.now()):
            await self._purge(job)
            raise ResultExpired
        return StoredPicture(job=job, result=job.result, content=await self._open(job, job.result))

    async def is_gone(self, job: Job) -> bool:
        """Whether the result was removed since its job was read: at its last instant it may be."""
        stored = await self.jobs.get(job.job_id)
        return stored.result is None or stored.result.is_gone(self.clock.now())

    async def _job(self, text: str) -> Job:
        try:
            return await self.jobs.get(job_id(text))
        except JobNotFound as error:
            raise ResultNotFound from error

    async def _purge(self, job: Job) -> None:
        try:
            await self.purge_results.one(job)
        except (QueueUnavailable, StorageUnavailable) as error:
            raise ResultExpired from error

    async def _open(self, job: Job, result: Result) -> Blob:
        try:
            return await self.media.open(job.slot_id, job.job_id, result)
        except ResultNotFound as error:
            if await self.is_gone(job):
                raise ResultExpired from error
            self.events.emit(ResultMissing(job_id=job.job_id, slot_id=job.slot_id))
            raise
