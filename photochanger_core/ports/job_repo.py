"""Where jobs are remembered."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from attrs import frozen

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import Slot


@frozen(kw_only=True)
class Limits:
    """How many jobs there may be.

    Attributes:
        everywhere: In flight at once, in all.
        slot: In flight at once, in one slot.
        daily: That booths send to one slot in a day, which begins at 00:00 UTC; 0: any number.
    """

    everywhere: int
    slot: int
    daily: int = 0

    @classmethod
    def of(cls, slot: Slot, settings: Settings) -> Limits:
        """Return the limits that *slot* and *settings* set."""
        return cls(
            everywhere=settings.max_in_flight_jobs,
            slot=settings.slot_max_in_flight,
            daily=slot.daily_call_limit,
        )


class JobRepoPort(Protocol):
    """Where jobs are remembered, for all servers that share them.

    A job *runs* while it is open, and beyond that as long as it keeps its ticket. *In flight* are
    the open jobs whose lease is not over, and those named as live by whoever asks: their leases
    may only look over, because a clock was set.

    Every method raises QueueUnavailable if the store does not answer in time. What it did then
    is unknown: the change may have been made.
    """

    @abstractmethod
    async def admit(
        self,
        job: Job,
        limits: Limits,
        *,
        dedupe: timedelta | None,
        live: Collection[JobId] = (),
    ) -> Job:
        """Remember a new pending *job*, or return the one that is already there for its photo.

        With an `idempotency_key`, the job already there is the youngest of the slot with that
        key; without one, the youngest of the slot with the same photo and version of the slot,
        if it runs or finished less than *dedupe* before `job.started_at`. Only jobs that booths
        sent count (`source`), of them those that run, their lease not over or named in *live*,
        and those with a result that is neither expired nor removed; with a key, at most 72 h
        after they finished.

        Looking, checking and entering are one step for all servers: limits are never exceeded,
        and there are never two jobs where one was to be found. The job comes back with its
        ticket, greater than all before, and how many are ahead of it, counted as by `TurnsPort`.
        One that is already there may end this very moment, and come back as it is then.

        Args:
            job: To be remembered.
            limits: Reached ones refuse new jobs, and never those already there.
            dedupe: None: *job* is new whatever there is. Zero: without a key it is new.
            live: Jobs that run here, whatever their leases look like.

        Raises:
            IdempotencyKeyReused: If the job with this key has another photo.
            QueueBusy: If too many jobs are in flight. Nothing is remembered then.
            RateLimited: If the slot has had its jobs of the day; only booths' jobs are counted
                and refused.
        """

    @abstractmethod
    async def check_room(
        self,
        slot_id: SlotId,
        limits: Limits,
        *,
        now: datetime,
        key: str | None,
        live: Collection[JobId] = (),
    ) -> None:
        """Return if `admit` would not refuse a booth's job at *now* for its limits.

        A *key* for which there is a job passes; of the photo nothing is known yet.

        Raises:
            QueueBusy, RateLimited: As `admit`.
        """

    @abstractmethod
    async def start(self, job: Job) -> bool:
        """Store that pending job *job* is processing now; False if it is not pending any more.

        Not even a crash of the store takes that back: a provider is asked, and paid, after it.
        """

    @abstractmethod
    async def finish(self, job: Job) -> bool:
        """Store the end of *job*: status, reason, result, time, ticket, marks and attempts.

        An open job is ended once, and one that has timed out and runs on may become done: False,
        and nothing changed, if neither is so any more. Attempts already stored stay as they are.
        """

    @abstractmethod
    async def release(self, job: Job) -> bool:
        """Store that a job that has timed out does not run on: it has no ticket and new attempts.

        False, and nothing changed, if it does not run on: it may be done by now.
        """

    @abstractmethod
    async def abandon(self, job: Job) -> bool:
        """Store the end of *job* if it is pending still, and `admit` has returned it to nobody.

        False, and nothing changed, otherwise.
        """

    @abstractmethod
    async def get(self, job_id: JobId) -> Job:
        """Return a job, without its attempts.

        Raises:
            JobNotFound: If there is none.
        """

    @abstractmethod
    async def keep_attempts(self, job: Job) -> None:
        """Store the attempts of *job* that are not stored yet, if there is such a job."""

    @abstractmethod
    async def attempts(self, job_id: JobId) -> Sequence[Attempt]:
        """Return the attempts stored for a job, in order."""

    @abstractmethod
    async def running(self) -> Sequence[Job]:
        """Return all jobs that run, oldest first, without their attempts."""

    @abstractmethod
    async def renew(self, job_ids: Collection[JobId], lease_until: datetime) -> Collection[JobId]:
        """Set the lease of those jobs among *job_ids* that run.

        Returns:
            Those that do not run any more: somebody has closed them. Unknown ones are not among
            them; they may be about to be admitted.
        """
