"""A job: one photo through one slot, and the moves its status may make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from attrs import evolve, field, frozen

from .attempt import Attempt
from .correlation import correlation_id
from .errors import FailureReason
from .ids import JobId, SlotId
from .moments import aware
from .picture import MediaType


class JobStatus(StrEnum):
    """Where a job stands."""

    PENDING = "pending"
    PROCESSING = "processing"
    DONE = "done"
    TIMEOUT = "timeout"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobSource(StrEnum):
    """Who sent the photo."""

    INGEST = "ingest"
    UI_TEST = "ui_test"


_ENDS: Final = frozenset({JobStatus.DONE, JobStatus.TIMEOUT, JobStatus.FAILED, JobStatus.CANCELLED})

TRANSITIONS: Final[Mapping[JobStatus, frozenset[JobStatus]]] = {
    JobStatus.PENDING: frozenset({JobStatus.PROCESSING}) | (_ENDS - {JobStatus.DONE}),
    JobStatus.PROCESSING: _ENDS,
    JobStatus.DONE: frozenset(),
    JobStatus.TIMEOUT: frozenset({JobStatus.DONE}),
    JobStatus.FAILED: frozenset(),
    JobStatus.CANCELLED: frozenset(),
}
"""Forwards only. The edge from `timeout` is for jobs that run on, waiting for a late answer."""

KEY_LIFE: Final = timedelta(hours=72)
"""So long after its job has finished an idempotency key leads to it, at most."""

OPEN: Final = frozenset({JobStatus.PENDING, JobStatus.PROCESSING})
"""Not finished: the job counts as in flight."""

_STATUS_OF: Final[Mapping[FailureReason, JobStatus]] = {
    FailureReason.TIMEOUT: JobStatus.TIMEOUT,
    FailureReason.JOB_CANCELLED: JobStatus.CANCELLED,
}


class IllegalTransition(RuntimeError):
    """A job was moved backwards: a bug of ours, so not a `CoreError`."""


@frozen(kw_only=True)
class Result:
    """The processed picture of a job, as it was stored.

    Attributes:
        location: Where the media store put it; means something to the store only.
        sha256: Checksum of the content, lower-case hexadecimal.
        expires_at: The last instant at which it is served.
        cleaned_at: When its file was removed.
    """

    media_type: MediaType
    size: int
    sha256: str
    location: str
    expires_at: datetime = field(validator=aware)
    cleaned_at: datetime | None = field(default=None, validator=aware)

    def is_gone(self, now: datetime) -> bool:
        """Whether it is past its time or removed; the last instant still counts as kept."""
        return self.cleaned_at is not None or now > self.expires_at


@frozen(kw_only=True)
class Job:
    """One photo through one slot. Immutable: every move returns a new job.

    Attributes:
        arrived_at: When the head of its request had been read, and its sync window began; None:
            of jobs of earlier versions nobody knows.
        started_at: When its photo was there.
        expires_at: The last instant at which its status is visible.
        sync_deadline: The end of its sync window.
        owner: The server that runs it, by its stable name.
        lease_until: Until then the job counts as alive; its owner renews this.
        metadata: What else the booth sent, never interpreted.
        idempotency_key: By which the booth knows the photo.
        correlation_id: The name of the request that began it; requests that join it later, or are
            answered with its result, have names of their own. None: nobody said.
        ticket: Its number in the line for its provider, as long as it runs; given by the store.
        ahead: So many running jobs were before it in that line when it was admitted; they only
            become fewer. None: nobody knows.
        attempts: What asking providers led to, so far as it is known to whoever runs the job.
        is_degraded: Whether it failed, but the booth was given the guest's own photo.
        is_late: Whether its result came after its sync window.
    """

    job_id: JobId
    slot_id: SlotId
    slot_version: int
    source: JobSource
    provider_id: str
    started_at: datetime = field(validator=aware)
    sync_deadline: datetime = field(validator=aware)
    expires_at: datetime = field(validator=aware)
    owner: str
    lease_until: datetime = field(validator=aware)
    photo_sha256: str
    metadata: Mapping[str, str] = field(factory=dict)
    arrived_at: datetime | None = field(default=None, validator=aware)
    status: JobStatus = JobStatus.PENDING
    finished_at: datetime | None = field(default=None, validator=aware)
    failure_reason: FailureReason | None = None
    result: Result | None = None
    idempotency_key: str | None = field(default=None, repr=False)
    correlation_id: str | None = field(default=None, validator=correlation_id)
    ticket: int | None = None
    ahead: int | None = field(default=None, eq=False)
    attempts: tuple[Attempt, ...] = ()
    is_degraded: bool = False
    is_late: bool = False

    def processing(self) -> Job:
        """Return this job as its provider is about to be asked."""
        return self._moved(JobStatus.PROCESSING)

    def done(self, result: Result, *, at: datetime, is_late: bool = False) -> Job:
        """Return this job finished with *result*: late, too, if it had timed out and ran on."""
        has_timed_out = self.status is JobStatus.TIMEOUT
        if has_timed_out and self.ticket is None:
            raise IllegalTransition("timeout -> done, though it does not run on")
        return self._moved(
            JobStatus.DONE,
            result=result,
            failure_reason=None,
            finished_at=at,
            ticket=None,
            is_late=is_late or has_timed_out,
        )

    def failed(self, reason: FailureReason, *, at: datetime, is_degraded: bool = False) -> Job:
        """Return this job ended for *reason*, as failed, timed out or cancelled."""
        status = _STATUS_OF.get(reason, JobStatus.FAILED)
        return self._moved(
            status, failure_reason=reason, finished_at=at, ticket=None, is_degraded=is_degraded
        )

    def timed_out_running_on(self, *, at: datetime, is_degraded: bool) -> Job:
        """Return this job timed out, but running on: its answer is kept though it comes late."""
        ended = self.failed(FailureReason.TIMEOUT, at=at, is_degraded=is_degraded)
        return evolve(ended, ticket=self.ticket)

    def tried(self, attempt: Attempt) -> Job:
        """Return this job with one more attempt."""
        return evolve(self, attempts=(*self.attempts, attempt))

    @property
    def is_open(self) -> bool:
        """Whether the job is not finished."""
        return self.status in OPEN

    @property
    def duration_ms(self) -> int | None:
        """Milliseconds from start to end, once finished."""
        if self.finished_at is None:
            return None
        return max(0, round((self.finished_at - self.started_at).total_seconds() * 1000))

    def is_visible(self, now: datetime) -> bool:
        """Whether the job's status is shown; the last instant still counts."""
        return now <= self.expires_at

    @property
    def is_running(self) -> bool:
        """Whether a server works on it: it is open, or has timed out and runs on."""
        return self.is_open or self.ticket is not None

    def is_overdue(self, now: datetime) -> bool:
        """Whether a running job looks abandoned: nobody has renewed its lease."""
        return self.is_running and now > self.lease_until

    def _moved(self, to: JobStatus, **changes: Any) -> Job:  # noqa: ANN401 - fields of Job
        if to not in TRANSITIONS[self.status]:
            raise IllegalTransition(f"{self.status} -> {to}")
        return evolve(self, status=to, **changes)
