"""What happens in the core, for logs and metrics. No booth metadata, no payloads, no secrets."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from .errors import FailureReason
from .ids import JobId, SlotId
from .job import JobStatus
from .login import LoginRefusal
from .problems import Problem


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
class JobJoined(Event):
    """A photo came again while its job runs; its sender waits for the same picture."""

    job_id: JobId
    slot_id: SlotId


@frozen(kw_only=True)
class JobReplayed(Event):
    """A photo came again and was answered with the picture that is there."""

    job_id: JobId
    slot_id: SlotId


@frozen(kw_only=True)
class PhotoRefused(Event):
    """A photo was not taken, because a limit is reached."""

    slot_id: SlotId
    failure_reason: FailureReason


@frozen(kw_only=True)
class ProviderCalled(Event):
    """A provider was asked once. Seconds by the monotonic clock; the rest as in `Attempt`."""

    job_id: JobId
    slot_id: SlotId
    number: int
    provider: str
    model: str | None
    seconds: float
    failure_reason: FailureReason | None
    detail: str
    usage: Mapping[str, int] = field(factory=dict)
    quota_left: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class JobFinished(Event):
    """A job was closed by the server that ran it. Seconds by the monotonic clock."""

    job_id: JobId
    slot_id: SlotId
    status: JobStatus
    failure_reason: FailureReason | None
    detail: str
    seconds: float
    is_degraded: bool
    is_late: bool


@frozen(kw_only=True)
class JobNotClosed(Event):
    """A job ended but could not be closed, or not cleared away: the sweep or the purge will."""

    job_id: JobId
    slot_id: SlotId
    detail: str


@frozen(kw_only=True)
class JobSwept(Event):
    """A job that nobody runs any more was closed."""

    job_id: JobId
    slot_id: SlotId


@frozen(kw_only=True)
class ResultsPurged(Event):
    """Results past their time, and what belonged to no job, were removed, lost ones marked."""

    expired: int
    lost: int = 0
    orphans: int


@frozen(kw_only=True)
class MediaPurged(Event):
    """Media objects past their time, and files that belonged to none, were removed."""

    expired: int
    orphans: int


@frozen(kw_only=True)
class PasswordRefused(Event):
    """A booth sent a wrong ingest password, or one too many."""

    slot_id: SlotId


@frozen(kw_only=True)
class LoginSucceeded(Event):
    """An administrator has logged in."""

    username: str
    address: str


@frozen(kw_only=True)
class LoginFailed(Event):
    """Somebody tried to log in. Whoever tries names the account; there may be none."""

    username: str
    reason: LoginRefusal
    address: str


@frozen(kw_only=True)
class HashDiffers(Event):
    """A booth's `hash` does not fit its photo, or there is none."""

    slot_id: SlotId
    problem: Problem


@frozen(kw_only=True)
class ResultMissing(Event):
    """A result that should be there is not."""

    job_id: JobId
    slot_id: SlotId
