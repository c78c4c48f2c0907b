"""Waiting for what happens to jobs, in whichever process."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job


class TurnsPort(Protocol):
    """Waiting for what happens to jobs, in whichever process.

    A job waits for its provider in the line of `provider`, behind all running jobs with smaller
    tickets in that line whose lease is not over, or that run in this process: their leases may
    only look over, because a clock was set. Nothing is granted in writing, so nobody who
    dies keeps a place longer than a lease.

    Waiting may be cancelled at any moment, and goes on through an outage of the store. Every
    method raises QueueUnavailable if the store cannot be asked at all at first.
    """

    @abstractmethod
    async def turn(self, job: Job, *, places: int) -> None:
        """Wait until fewer than *places* jobs are before *job* in its line.

        Raises:
            Interrupted: If the job does not run any more: somebody has closed it.
        """

    @abstractmethod
    async def requeue(self, job: Job, provider: str) -> Job:
        """Put a running job at the end of the line of *provider*; return it with its new ticket.

        Raises:
            Interrupted: If the job does not run any more.
        """

    @abstractmethod
    async def ended(self, job_id: JobId) -> Job:
        """Wait until a job does not run any more, and return it as it is then.

        One whose lease is over comes back as well, though nobody has closed it: nobody runs it.

        Raises:
            JobNotFound: If there is none.
        """
