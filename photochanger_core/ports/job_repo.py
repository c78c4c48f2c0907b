"""Where jobs are remembered."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job


@frozen(kw_only=True)
class Limits:
    """How many jobs may be in flight at once: in all, and in one slot."""

    everywhere: int
    slot: int


class JobRepoPort(Protocol):
    """Where jobs are remembered, for all servers that share them.

    Every method raises QueueUnavailable if the store does not answer in time. What it did then
    is unknown: the change may have been made.
    """

    @abstractmethod
    async def admit(self, job: Job, limits: Limits) -> None:
        """Remember a new pending *job*, if there is room for it.

        In flight are the open jobs whose lease is not over at `job.started_at`. The check and
        the entry are one step for all servers: limits are never exceeded.

        Raises:
            QueueBusy: If a limit is reached. Nothing is remembered then.
        """

    @abstractmethod
    async def start(self, job: Job) -> bool:
        """Store that pending job *job* is processing now; False if it is not pending any more."""

    @abstractmethod
    async def finish(self, job: Job) -> bool:
        """Store the end of *job*: its status, reason, result and time.

        The end of a job is stored once: False, and nothing changed, if it is closed already.
        """

    @abstractmethod
    async def get(self, job_id: JobId) -> Job:
        """Return a job.

        Raises:
            JobNotFound: If there is none.
        """

    @abstractmethod
    async def open_jobs(self) -> Sequence[Job]:
        """Return all jobs that are not finished, oldest first."""

    @abstractmethod
    async def renew(self, job_ids: Collection[JobId], lease_until: datetime) -> None:
        """Set the lease of those jobs among *job_ids* that are open."""

    @abstractmethod
    async def expired(self, now: datetime, limit: int) -> Sequence[Job]:
        """Return up to *limit* jobs whose result expired before *now* and is not cleaned.

        The ones that expired first come first. A result that expires at *now* is not among them.
        """

    @abstractmethod
    async def mark_cleaned(self, job_id: JobId, at: datetime) -> None:
        """Store that the result of a job was removed, and forget the job's metadata.

        The first time stays. A job without a result stays as it is.
        """
