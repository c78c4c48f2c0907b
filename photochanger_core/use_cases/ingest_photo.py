"""Send a booth's photo through its slot and answer with the picture."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import GRACE, DeadlinePassed
from photochanger_core.domain.errors import (
    CoreError,
    InvalidRequest,
    Problem,
    SyncTimeout,
    UploadTimeout,
)
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_repo import Limits
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.runs import RunsPort

from .accept_upload import Acceptance
from .assignment import Assignment
from .check_password import CheckPassword
from .receive_upload import PASSWORD, Part, ReceiveUpload, Upload
from .renew_leases import LEASE
from .run_job import RunJob


@frozen(kw_only=True)
class Picture:
    """What a booth is answered with: a job that is done, and its picture, to be closed."""

    job: Job
    content: Blob


@frozen(kw_only=True)
class IngestPhoto:
    """Send a booth's photo through its slot and answer with the picture.

    The job runs apart from the request. If the caller leaves before the provider was asked, the
    job is cancelled; after that it goes on, its picture is paid for.
    """

    media: MediaStorePort
    runs: RunsPort
    clock: ClockPort
    check_password: CheckPassword
    receive_upload: ReceiveUpload
    run_job: RunJob
    new_job_id: Callable[[], JobId]
    owner: str

    async def __call__(self, accepted: Acceptance, parts: AsyncIterator[Part]) -> Picture:
        """Return the picture, by the deadline of *accepted* or `GRACE` later.

        Raises:
            UploadTimeout: If the upload is not complete by the deadline.
            SyncTimeout: If the picture is not ready by then.
            QueueBusy: If there is no room for another job.
            CoreError: Whatever is wrong with the request, the provider or the stores.
        """
        upload = await self._receive(accepted, parts)
        work = self._assignment(accepted, upload)
        self.runs.begin(work.job.job_id, partial(self.run_job, work))
        return await self._wait(work)

    async def _receive(self, accepted: Acceptance, parts: AsyncIterator[Part]) -> Upload:
        try:
            async with self.clock.until(accepted.deadline.moment):
                upload = await self.receive_upload(
                    parts,
                    size_limit=accepted.slot.size_limit,
                    check_password=partial(
                        self.check_password, slot=accepted.slot, settings=accepted.settings
                    ),
                )
        except DeadlinePassed:
            raise UploadTimeout from None
        if not (upload.has_password or _may_go_without(accepted)):
            await upload.photo.close()
            raise InvalidRequest(PASSWORD, Problem.MISSING)
        return upload

    def _assignment(self, accepted: Acceptance, upload: Upload) -> Assignment:
        now, slot = self.clock.now(), accepted.slot
        job = Job(
            job_id=self.new_job_id(),
            slot_id=slot.slot_id,
            slot_version=slot.version,
            source=JobSource.INGEST,
            provider_id=slot.provider,
            started_at=now,
            sync_deadline=accepted.deadline.at,
            expires_at=now + accepted.settings.result_ttl,
            owner=self.owner,
            lease_until=now + LEASE,
            photo_sha256=upload.photo.sha256,
            metadata=upload.metadata,
        )
        return Assignment(
            job=job,
            slot=slot,
            photo=upload.photo,
            limits=_limits(accepted),
            deadline=accepted.deadline,
            result_ttl=accepted.settings.result_ttl,
            began=self.clock.monotonic(),
        )

    async def _wait(self, work: Assignment) -> Picture:
        try:
            async with self.clock.until(work.deadline.moment + GRACE):
                return await self._open(await self.runs.ended(work.job.job_id))
        except DeadlinePassed:
            raise SyncTimeout(details=_about(work)) from None
        except CoreError as error:
            error.details |= _about(work)
            raise
        except BaseException:
            if work.is_abandonable:
                self.runs.cancel(work.job.job_id)
            raise

    async def _open(self, job: Job) -> Picture:
        assert job.result is not None  # noqa: S101 - what `RunJob` promises
        content = await self.media.open(job.slot_id, job.job_id, job.result)
        return Picture(job=job, content=content)


def _may_go_without(accepted: Acceptance) -> bool:
    return accepted.password_known or not accepted.slot.ingest_password_required


def _limits(accepted: Acceptance) -> Limits:
    settings = accepted.settings
    return Limits(everywhere=settings.max_in_flight_jobs, slot=settings.slot_max_in_flight)


def _about(work: Assignment) -> dict[str, object]:
    """Return what a caller is told of the job that an error is about, if there is one."""
    if not work.admitted:
        return {}
    return {"job_id": work.job.job_id, "expires_at": work.job.expires_at}
