"""Carry one job from its admission to its end."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import (
    CoreError,
    Interrupted,
    InvalidRequest,
    JobCancelled,
    PayloadTooLarge,
    Problem,
    ProviderBadResponse,
    QueueBusy,
    SyncTimeout,
    UnsupportedMediaType,
)
from photochanger_core.domain.events import JobAdmitted
from photochanger_core.domain.job import Job
from photochanger_core.domain.picture import BadPicture, PictureProblem
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.images import ImagesPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_store import MediaStorePort

from .ask_provider import AskProvider
from .assignment import Assignment
from .close_job import CloseJob
from .receive_upload import PHOTO

_PHOTO_SHARE: Final = 0.5
"""Of the time left, for looking at the photo: the rest is the provider's."""


@frozen(kw_only=True)
class RunJob:
    """Carry one job to its end: admit it, look at the photo, ask the provider, store, close.

    The picture is stored first, the job closed after. A crash in between leaves an open job,
    which the sweep closes, and a file, which goes with it: never a job that promises a picture
    that is not there.
    """

    jobs: JobRepoPort
    media: MediaStorePort
    images: ImagesPort
    clock: ClockPort
    events: EventsPort
    ask_provider: AskProvider
    close_job: CloseJob

    async def __call__(self, work: Assignment) -> Job:
        """Return the job, done.

        Raises:
            QueueBusy: If there is no room for the job; there is none then.
            CoreError: Why it is not done; the job is closed with this reason.
        """
        try:
            return await self._carry(work)
        except QueueBusy:
            raise
        except DeadlinePassed:
            timeout = SyncTimeout()
            await self.close_job.failed(work, timeout)
            raise timeout from None
        except Exception as error:
            await self.close_job.failed(work, error)
            raise
        except BaseException:
            await self.close_job.failed(work, JobCancelled())
            raise
        finally:
            await work.photo.close()

    async def _carry(self, work: Assignment) -> Job:
        async with self.clock.until(work.deadline.moment):
            await self._admit(work)
            await self._inspect_photo(work)
            await self._start(work)
            picture = (await self.ask_provider(work)).picture
            await self._inspect_answer(work, picture)
            location = await self.media.keep(work.job.slot_id, work.job.job_id, picture)
        return await self.close_job.done(work, location, picture)

    async def _admit(self, work: Assignment) -> None:
        await self.jobs.admit(work.job, work.limits)
        work.admitted = True
        self.events.emit(
            JobAdmitted(
                job_id=work.job.job_id, slot_id=work.job.slot_id, photo_bytes=work.photo.size
            )
        )

    async def _inspect_photo(self, work: Assignment) -> None:
        try:
            await self._inspect(work, work.photo, share=_PHOTO_SHARE)
        except BadPicture as bad:
            raise _photo_error(bad) from bad

    async def _start(self, work: Assignment) -> None:
        work.job = work.job.processing()
        if not await self.jobs.start(work.job):
            raise Interrupted("closed by somebody before the provider was asked")

    async def _inspect_answer(self, work: Assignment, picture: Blob) -> None:
        try:
            await self._inspect(work, picture)
        except BadPicture as bad:
            raise ProviderBadResponse(f"the answer's picture is {bad}") from bad

    async def _inspect(self, work: Assignment, picture: Blob, share: float = 1.0) -> None:
        seconds = work.seconds_left(self.clock.monotonic()) * share
        await self.images.inspect(picture, seconds=seconds)


def _photo_error(bad: BadPicture) -> CoreError:
    match bad.problem:
        case PictureProblem.UNSUPPORTED:
            return UnsupportedMediaType(str(bad))
        case PictureProblem.TOO_LARGE:
            return PayloadTooLarge(str(bad))
        case PictureProblem.UNDECODABLE:
            return InvalidRequest(PHOTO, Problem.UNDECODABLE, str(bad))
