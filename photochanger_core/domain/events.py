"""What happens in the core, for logs and metrics. No booth metadata, no payloads, no secrets."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen

from .attempt import AttemptKind
from .cleanup import Leftover
from .errors import FailureReason
from .ids import JobId, SlotId
from .ingest_outcome import IngestOutcome
from .job import JobSource, JobStatus
from .login import LoginRefusal
from .problems import Problem


@frozen(kw_only=True)
class Event:
    """Base of everything that is told."""


@frozen(kw_only=True)
class IngestEnded(Event):
    """A booth's request has its answer, or nobody waits for one any more.

    Attributes:
        slot_id: None: there is no such slot.
        provider: The slot's own; None: it did not come to that.
        failure_reason: Of the error, or of what a guest's own photo was given for.
        seconds: Since the request's head was read, by the monotonic clock.
        window: Of those, how many there were; None: it did not come to that.
        phases: What the seconds were spent on.
    """

    slot_id: SlotId | None
    provider: str | None
    outcome: IngestOutcome
    failure_reason: FailureReason | None
    seconds: float
    window: float | None = None
    phases: Mapping[str, float] = field(factory=dict)


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
    kind: AttemptKind
    provider: str
    model: str | None
    seconds: float
    failure_reason: FailureReason | None
    detail: str
    usage: Mapping[str, int] = field(factory=dict)
    quota_left: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class ProviderPolled(Event):
    """A provider was asked whether a picture is ready."""

    provider: str


@frozen(kw_only=True)
class JobFinished(Event):
    """A job was closed by the server that ran it. Seconds by the monotonic clock."""

    job_id: JobId
    slot_id: SlotId
    source: JobSource
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
class CleanedUp(Event):
    """Somebody, by a command or through a server, has cleaned up; fields as in `CleanupRun`."""

    slot_id: SlotId | None
    seconds: float
    removed: Mapping[Leftover, int]
    bytes_freed: int
    failed: int


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
    """Somebody tried to log in.

    Attributes:
        username: Of the account; if there is none, no more than how it begins.
    """

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


class BugPlace(StrEnum):
    """Where an error came up that nobody expected.

    Attributes:
        REQUEST: Somebody was answered with 500.
        UPKEEP: In what a server does every few seconds.
        LOOP: Where nobody waits: in a run, a chore, a task that has lost its caller.
    """

    REQUEST = "request"
    UPKEEP = "upkeep"
    LOOP = "loop"


@frozen(kw_only=True)
class BugMet(Event):
    """An error came up that nobody expected; what it was is told by the log alone."""

    place: BugPlace
