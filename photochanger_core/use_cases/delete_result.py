"""Delete a guest's picture."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.errors import JobNotFound, ResultExpired, ResultNotFound
from photochanger_core.domain.ids import job_id
from photochanger_core.domain.job import Job, Result
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_repo import JobRepoPort

from .purge_results import PurgeResults


@frozen(kw_only=True)
class Receipt:
    """That a guest's picture was deleted, and which."""

    job: Job
    result: Result
    at: datetime


@frozen(kw_only=True)
class DeleteResult:
    """Delete a guest's picture everywhere, with what the booth said of it.

    A crash between its steps leaves a picture that is gone and looks as if it were there: deleting
    it again brings it to its end.
    """

    jobs: JobRepoPort
    audit: AuditPort
    clock: ClockPort
    purge_results: PurgeResults

    async def __call__(self, text: str, *, by: Actor) -> Receipt:
        """Delete the picture of the job with the id *text*.

        Raises:
            ResultNotFound: If there is no such job, or it has no picture.
            ResultExpired: If the picture was removed before.
            QueueUnavailable, StorageUnavailable: If it cannot be deleted.
        """
        job = await self._job(text)
        if job.result is None:
            raise ResultNotFound
        if job.result.cleaned_at is not None:
            raise ResultExpired
        await self.purge_results.one(job)
        receipt = Receipt(job=job, result=job.result, at=self.clock.now())
        await self._note(receipt, by)
        return receipt

    async def _job(self, text: str) -> Job:
        try:
            return await self.jobs.get(job_id(text))
        except JobNotFound as error:
            raise ResultNotFound from error

    async def _note(self, receipt: Receipt, by: Actor) -> None:
        await self.audit.note(
            AuditEntry(
                at=receipt.at,
                actor=by,
                action=AuditAction.RESULT_DELETED,
                subject=receipt.job.job_id,
                details={"slot_id": receipt.job.slot_id, "sha256": receipt.result.sha256},
            )
        )
