"""Jobs in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from attrs import frozen

from photochanger_core.domain.errors import JobNotFound, QueueBusy
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.ports.job_repo import JobRepoPort, Limits

from . import job_statements as statements
from .gateway import Gateway, Lock
from .job_rows import admitted_values, end_values, result_values, to_job


@frozen
class PgJobRepo(JobRepoPort):
    """Jobs in `job_history`, their results in `media_object`."""

    _gateway: Gateway

    async def admit(self, job: Job, limits: Limits) -> None:
        admitted = await self._gateway.serialised(
            Lock.ADMISSION,
            statements.ADMIT,
            limit_everywhere=limits.everywhere,
            limit_slot=limits.slot,
            **admitted_values(job),
        )
        if not admitted:
            raise QueueBusy

    async def start(self, job: Job) -> bool:
        return bool(await self._gateway.rows(statements.START, job_id=job.job_id))

    async def finish(self, job: Job) -> bool:
        end = end_values(job)
        if job.result is None:
            return bool(await self._gateway.rows(statements.END, **end))
        values = end | result_values(job, job.result)
        return bool(await self._gateway.rows(statements.END_WITH_RESULT, **values))

    async def get(self, job_id: JobId) -> Job:
        for row in await self._gateway.rows(statements.GET, job_id=job_id):
            return to_job(row)
        raise JobNotFound

    async def open_jobs(self) -> Sequence[Job]:
        return [to_job(row) for row in await self._gateway.rows(statements.OPEN_JOBS)]

    async def renew(self, job_ids: Collection[JobId], lease_until: datetime) -> None:
        await self._gateway.rows(statements.RENEW, job_ids=list(job_ids), lease_until=lease_until)

    async def expired(self, now: datetime, limit: int) -> Sequence[Job]:
        rows = await self._gateway.rows(statements.EXPIRED, now=now, limit=limit)
        return [to_job(row) for row in rows]

    async def mark_cleaned(self, job_id: JobId, at: datetime) -> None:
        await self._gateway.rows(statements.CLEAN, job_id=job_id, at=at)
