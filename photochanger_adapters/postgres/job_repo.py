"""Jobs in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve, frozen

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.errors import (
    IdempotencyKeyReused,
    JobNotFound,
    QueueBusy,
    RateLimited,
)
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import KEY_LIFE, Job, JobSource
from photochanger_core.ports.job_repo import JobRepoPort, Limits

from . import admission
from . import job_statements as statements
from .attempts import ATTEMPTS_OF_JOB, attempt_values, to_attempt
from .gateway import Gateway, Lock
from .job_rows import admitted_values, end_values, result_values, to_job
from .session import Row
from .statements import Statement


@frozen
class PgJobRepo(JobRepoPort):
    """Jobs in `job_history`, their results in `media_object`, what they tried in `attempt`."""

    _gateway: Gateway

    async def admit(
        self,
        job: Job,
        limits: Limits,
        *,
        dedupe: timedelta | None,
        live: Collection[JobId] = (),
    ) -> Job:
        statement, bounds = _search(job, dedupe)
        daily = limits.daily if job.source is JobSource.INGEST else 0
        [outcome] = await self._gateway.serialised(
            Lock.ADMISSION,
            statement,
            **admitted_values(job),
            **_limit_values(evolve(limits, daily=daily), job.started_at, live),
            **bounds,
        )
        if outcome["ticket"] is not None:
            given = {name: outcome[name] for name in ("ticket", "ahead", "metadata")}
            return evolve(job, **given)
        return await self._found(job, outcome)

    async def _found(self, job: Job, outcome: Row) -> Job:
        if outcome["same_job_id"] is None:
            raise RateLimited if outcome["has_room"] else QueueBusy
        if outcome["same_photo"] != job.photo_sha256:
            raise IdempotencyKeyReused
        # Read anew: if it has just ended, the statement could not see its result yet.
        return await self.get(outcome["same_job_id"])

    async def check_room(
        self,
        slot_id: SlotId,
        limits: Limits,
        *,
        now: datetime,
        key: str | None,
        live: Collection[JobId] = (),
    ) -> None:
        [outcome] = await self._gateway.rows(
            admission.CHECK_ROOM,
            slot_id=slot_id,
            idempotency_key=key,
            started_at=now,
            finished_after=now - KEY_LIFE,
            **_limit_values(limits, now, live),
        )
        if outcome["is_known"]:
            return
        if not outcome["has_room"]:
            raise QueueBusy
        if not outcome["has_calls_left"]:
            raise RateLimited

    async def start(self, job: Job) -> bool:
        return bool(await self._gateway.rows(statements.START, job_id=job.job_id))

    async def finish(self, job: Job) -> bool:
        if job.result is None:
            return await self._end(statements.END, job)
        return await self._end(statements.END_WITH_RESULT, job, **result_values(job, job.result))

    async def release(self, job: Job) -> bool:
        attempts = attempt_values(job.attempts)
        return bool(
            await self._gateway.rows(statements.RELEASE, job_id=job.job_id, attempts=attempts)
        )

    async def abandon(self, job: Job) -> bool:
        return await self._end(statements.ABANDON, job)

    async def _end(self, statement: Statement, job: Job, **more: object) -> bool:
        rows = await self._gateway.rows(
            statement,
            **end_values(job),
            keeps_ticket=job.ticket is not None,
            attempts=attempt_values(job.attempts),
            **more,
        )
        return bool(rows)

    async def get(self, job_id: JobId) -> Job:
        for row in await self._gateway.rows(statements.GET, job_id=job_id):
            return to_job(row)
        raise JobNotFound

    async def keep_attempts(self, job: Job) -> None:
        attempts = attempt_values(job.attempts)
        await self._gateway.rows(statements.KEEP_ATTEMPTS, job_id=job.job_id, attempts=attempts)

    async def attempts(self, job_id: JobId) -> Sequence[Attempt]:
        rows = await self._gateway.rows(ATTEMPTS_OF_JOB, job_id=job_id)
        return [to_attempt(row) for row in rows]

    async def running(self) -> Sequence[Job]:
        return [to_job(row) for row in await self._gateway.rows(statements.RUNNING)]

    async def renew(self, job_ids: Collection[JobId], lease_until: datetime) -> Collection[JobId]:
        rows = await self._gateway.rows(
            statements.RENEW, job_ids=list(job_ids), lease_until=lease_until
        )
        return {row["job_id"] for row in rows}


def _search(job: Job, dedupe: timedelta | None) -> tuple[Statement, dict[str, Any]]:
    """Return the statement that admits *job*, and since when what it finds may have finished."""
    if dedupe is not None and job.idempotency_key is not None:
        return admission.ADMIT_BY_KEY, {"finished_after": job.started_at - KEY_LIFE}
    if dedupe:
        return admission.ADMIT_BY_PHOTO, {"finished_after": job.started_at - dedupe}
    return admission.ADMIT_NEW, {}


def _limit_values(limits: Limits, now: datetime, live: Collection[JobId]) -> dict[str, Any]:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "limit_everywhere": limits.everywhere,
        "limit_slot": limits.slot,
        "limit_daily": limits.daily,
        "midnight": midnight,
        "live": list(live),
    }
