"""What happens in the core, for logs and metrics. No booth metadata, no payloads, no secrets."""

from __future__ import annotations

from attrs import frozen

from .errors import FailureReason
from .ids import JobId, SlotId
from .job import JobStatus


@frozen(kw_only=True)
class Event:
    """Base of everything that is told."""


@frozen(kw_only=True)
class JobAdmitted(Event):
    """A job began."""

    job_id: JobId
    slot_id: SlotId
    photo_bytes: int


@frozen(kw_only=True)
class ProviderCalled(Event):
    """A provider was asked once. Seconds by the monotonic clock."""

    job_id: JobId
    slot_id: SlotId
    provider: str
    seconds: float
    failure_reason: FailureReason | None
    detail: str


@frozen(kw_only=True)
class JobFinished(Event):
    """A job was closed by the server that ran it. Seconds by the monotonic clock."""

    job_id: JobId
    slot_id: SlotId
    status: JobStatus
    failure_reason: FailureReason | None
    detail: str
    seconds: float


@frozen(kw_only=True)
class JobNotClosed(Event):
    """A job ended but could not be closed, or not cleared away: the sweep or the purge will."""

    job_id: JobId
    slot_id: SlotId
    detail: str


@frozen(kw_only=True)
class JobsSwept(Event):
    """Jobs that nobody runs any more were closed."""

    job_ids: tuple[JobId, ...]


@frozen(kw_only=True)
class ResultsPurged(Event):
    """Results past their time, and what belonged to no job, were removed."""

    expired: int
    orphans: int


@frozen(kw_only=True)
class PasswordRefused(Event):
    """A booth sent a wrong ingest password."""

    slot_id: SlotId


@frozen(kw_only=True)
class ResultMissing(Event):
    """A result that should be there is not."""

    job_id: JobId
    slot_id: SlotId
