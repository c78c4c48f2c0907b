"""Carry one job from its admission to its end."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import Final

from attrs import evolve, frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import (
    IdempotencyKeyReused,
    Interrupted,
    JobCancelled,
    ProviderMisconfigured,
    QueueBusy,
    RateLimited,
    StorageUnavailable,
    SyncTimeout,
    error_of,
    reason_of,
)
from photochanger_core.domain.events import JobAdmitted
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.job_repo import JobRepoPort, Limits
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.runs import RunsPort

from .abandon_job import AbandonJob
from .assignment import Assignment
from .close_job import CloseJob
from .get_picture import GetPicture
from .open_templates import OpenTemplates
from .prepare_photo import PreparePhoto
from .preview_ahead import PreviewAhead

_PHOTO_SHARE: Final = 0.5
"""Of the time left, for looking at the photo: the rest is the provider's."""


@frozen(kw_only=True)
class RunJob:
    """Carry one job to its end: admit it, prepare the photo, get a picture, store it, close.

    The picture is stored first, the job closed after. A crash in between leaves an open job,
    which the sweep closes, and a file, which goes with it: never a job that promises a picture
    that is not there.

    The job of a slot that keeps late answers is closed at its deadline and runs on, as long as
    an attempt is under way. A crash then leaves a job that has timed out, which the sweep stops.
    """

    jobs: JobRepoPort
    media: MediaStorePort
    runs: RunsPort
    clock: ClockPort
    events: EventsPort
    open_templates: OpenTemplates
    prepare_photo: PreparePhoto
    get_picture: GetPicture
    close_job: CloseJob
    preview_ahead: PreviewAhead
    abandon_job: AbandonJob

    async def __call__(self, work: Assignment) -> Job:
        """Return the job, done; or the one that is already there for the photo, however it is.

        Raises:
            QueueBusy, RateLimited, IdempotencyKeyReused: If the job is not admitted; there is
                none then.
            CoreError: Why it is not done; the job is closed with this reason.
        """
        try:
            return await self._carry(work)
        except (QueueBusy, RateLimited, IdempotencyKeyReused):
            raise
        except DeadlinePassed:
            return await self._closed(work, SyncTimeout())
        except Exception as error:
            return await self._closed(work, error)
        except BaseException as stop:
            return await self._closed(work, Interrupted("its run was stopped"), stop)
        finally:
            await work.close()

    async def _closed(
        self, work: Assignment, error: Exception, stop: BaseException | None = None
    ) -> Job:
        """Close the job for the reason of *error*, and raise it, or *stop* if there is no job.

        If somebody else has closed it before, his reason counts; and if it is done after all,
        because a commit was slow or it was too late to stop it, the job is returned.
        """
        stored = await self.close_job.failed(work, error)
        if stored is None:
            raise stop or error
        if stored.result is not None:
            return stored
        if stored.failure_reason is not reason_of(error):
            raise error_of(stored.failure_reason)
        raise error

    async def _carry(self, work: Assignment) -> Job:
        if work.is_deserted:
            raise JobCancelled("its sender left before it began")
        async with self.clock.until(work.deadline.moment):
            stored = await self._admit(work)
            if stored.job_id != work.job.job_id:
                return stored
            work.job = stored
            await self._prepare(work)
        async with self.clock.until(work.end), self._closed_at_deadline(work):
            picture = await self.get_picture(work)
            location = await self._keep(work, picture)
        done = await self.close_job.done(work, location, picture)
        self.runs.aside(partial(self.preview_ahead, done))
        return done

    async def _admit(self, work: Assignment) -> Job:
        limits = Limits.of(work.slot, work.settings)
        stored = await self.jobs.admit(
            work.job, limits, dedupe=work.dedupe, live=self.runs.live() - {work.job.job_id}
        )
        if stored.job_id == work.job.job_id:
            work.admitted = True
            self.events.emit(
                JobAdmitted(
                    job_id=stored.job_id, slot_id=stored.slot_id, photo_bytes=work.photo.size
                )
            )
            if work.is_deserted:
                await self.abandon_job(stored)
        return stored

    async def _prepare(self, work: Assignment) -> None:
        try:
            work.templates = await self.open_templates(work.slot.template_media)
        except (ProviderMisconfigured, StorageUnavailable):
            await self._prepare_photo(work)  # it may be what the guest gets instead
            raise
        await self._prepare_photo(work)

    async def _prepare_photo(self, work: Assignment) -> None:
        prepared, facts = await self.prepare_photo(
            work.photo,
            work.slot,
            templates=work.templates,
            seconds=work.seconds_left(self.clock.monotonic()) * _PHOTO_SHARE,
        )
        facts = evolve(facts, media_type=work.photo.media_type)
        await work.is_prepared(prepared, facts).close()

    def _closed_at_deadline(self, work: Assignment) -> AbstractAsyncContextManager[None]:
        if not work.slot.keeps_late:
            return nullcontext()
        return self.clock.at(work.deadline.moment, partial(self.close_job.timed_out, work))

    async def _keep(self, work: Assignment, picture: Blob) -> str:
        try:
            return await self.media.keep(work.job.slot_id, work.job.job_id, picture)
        finally:
            await picture.close()
