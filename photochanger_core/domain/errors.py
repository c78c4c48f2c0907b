"""What can go wrong, in the words of the business.

* CoreError
  + InvalidRequest
    - HashMismatch
  + ValidationFailed
  + InvalidPassword
  + SlotNotFound
  + SlotDisabled
  + JobNotFound
  + ResultNotFound
  + ResultExpired
  + NotFound
    - MediaNotFound
    - GalleryLinkNotFound
    - ProviderNotFound
  + MediaExpired
    - GalleryLinkExpired
  + Unauthorized
    - WrongCredentials
  + Forbidden
    - ForeignRequest
  + InUse
  + UploadTimeout
  + PayloadTooLarge
  + UnsupportedMediaType
  + VersionConflict
  + IdempotencyKeyReused
  + QueueBusy
  + RateLimited
  + Throttled
  + JobEnded
    - SyncTimeout
    - JobCancelled
    - Interrupted
  + ProviderFailure
    - ProviderServerError
    - ProviderBadResponse
      . ProviderNoPicture
    - ProviderQuota
    - ProviderUnreachable
    - ProviderRefused
    - ProviderMisconfigured
      . PublicAddressMissing
  + QueueUnavailable
  + StorageUnavailable
    - AccountsUnavailable
    - MediaForeign
  + StorageFull
  + ShuttingDown

Three things of an error are kept apart: `detail` is for the log, `details` is for
the caller, `reason` is what is stored, counted and mapped to a status.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import ClassVar, Final

from .problems import MOST_TOLD, FieldProblem, Problem, wrong


class FailureReason(StrEnum):
    """Why a request or a job failed: stored with the job, shown to callers, counted."""

    INVALID_REQUEST = "invalid_request"
    HASH_MISMATCH = "hash_mismatch"
    VALIDATION_FAILED = "validation_failed"
    INVALID_PASSWORD = "invalid_password"  # noqa: S105 - a code, not a password
    SLOT_NOT_FOUND = "slot_not_found"
    SLOT_DISABLED = "slot_disabled"
    JOB_NOT_FOUND = "job_not_found"
    RESULT_NOT_FOUND = "result_not_found"
    RESULT_EXPIRED = "result_expired"
    NOT_FOUND = "not_found"
    MEDIA_EXPIRED = "media_expired"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    IN_USE = "in_use"
    UPLOAD_TIMEOUT = "upload_timeout"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    VERSION_CONFLICT = "version_conflict"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    QUEUE_BUSY = "queue_busy"
    RATE_LIMITED = "rate_limited"
    THROTTLED = "throttled"
    TIMEOUT = "timeout"
    JOB_CANCELLED = "job_cancelled"
    INTERRUPTED = "interrupted"
    PROVIDER_5XX = "provider_5xx"
    BAD_RESPONSE = "bad_response"
    QUOTA = "quota"
    NETWORK = "network"
    REFUSED = "refused"
    MISCONFIGURED = "misconfigured"
    QUEUE_UNAVAILABLE = "queue_unavailable"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    STORAGE_FULL = "storage_full"
    SHUTTING_DOWN = "shutting_down"
    INTERNAL_ERROR = "internal_error"


class CoreError(Exception):
    """Base of every error the core raises on purpose. Never raised itself.

    Attributes:
        detail: What happened, for the log; never shown to callers.
        details: What the caller may know beyond the reason.
        retry_after: Seconds after which another try may succeed, where known.
    """

    reason: ClassVar[FailureReason]

    def __init__(
        self,
        detail: str = "",
        *,
        details: Mapping[str, object] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.details: dict[str, object] = dict(details or {})
        self.retry_after = retry_after


class InvalidRequest(CoreError):
    """A part of the request is missing, broken or out of bounds."""

    reason = FailureReason.INVALID_REQUEST

    def __init__(self, field: str, problem: Problem, detail: str = "") -> None:
        told = wrong(problem).at(field)
        super().__init__(
            detail or str(told), details={"field": told.field, "problem": problem.value}
        )


class HashMismatch(InvalidRequest):
    """The photo is not the one that the booth's `hash` belongs to."""

    reason = FailureReason.HASH_MISMATCH


class ValidationFailed(CoreError):
    """Values of a slot or of the settings are not what they must be.

    Attributes:
        problems: What is wrong, field by field, up to `MOST_TOLD`; `details` have nothing of it,
            as callers are told in sentences of their language.
    """

    reason = FailureReason.VALIDATION_FAILED

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems: Sequence[FieldProblem] = tuple(problems[:MOST_TOLD])
        super().__init__("; ".join(map(str, self.problems)))


class InvalidPassword(CoreError):
    """The ingest password does not match."""

    reason = FailureReason.INVALID_PASSWORD


class SlotNotFound(CoreError):
    """There is no such slot."""

    reason = FailureReason.SLOT_NOT_FOUND


class SlotDisabled(CoreError):
    """The slot is switched off."""

    reason = FailureReason.SLOT_DISABLED


class JobNotFound(CoreError):
    """There is no such job, or its status is no longer visible."""

    reason = FailureReason.JOB_NOT_FOUND


class ResultNotFound(CoreError):
    """There is no such result."""

    reason = FailureReason.RESULT_NOT_FOUND


class ResultExpired(CoreError):
    """The result was kept for its time and is gone."""

    reason = FailureReason.RESULT_EXPIRED


class NotFound(CoreError):
    """There is nothing of this name."""

    reason = FailureReason.NOT_FOUND


class MediaNotFound(NotFound):
    """There is no such media object."""


class GalleryLinkNotFound(NotFound):
    """There is no such link to the gallery, or none any more."""


class ProviderNotFound(NotFound):
    """There is no such provider."""


class MediaExpired(CoreError):
    """The media object was there for its time and is gone."""

    reason = FailureReason.MEDIA_EXPIRED


class GalleryLinkExpired(MediaExpired):
    """The link led to the gallery for its time, which is over."""

    def __init__(self) -> None:
        super().__init__(details={"problem": Problem.LINK_ENDED.value})


class Unauthorized(CoreError):
    """There is no token, or none that counts."""

    reason = FailureReason.UNAUTHORIZED


class WrongCredentials(Unauthorized):
    """There is no such account, or it has another password; nobody is told which."""

    def __init__(self) -> None:
        super().__init__(details={"problem": Problem.WRONG_CREDENTIALS.value})


class Forbidden(CoreError):
    """The account may not do this."""

    reason = FailureReason.FORBIDDEN


class ForeignRequest(Forbidden):
    """Another site may have made somebody's browser send this."""

    def __init__(self) -> None:
        super().__init__(details={"problem": Problem.FOREIGN_REQUEST.value})


class InUse(CoreError):
    """Somebody still uses what is to be removed."""

    reason = FailureReason.IN_USE


class UploadTimeout(CoreError):
    """The upload was not complete by the deadline, or stalled."""

    reason = FailureReason.UPLOAD_TIMEOUT


class PayloadTooLarge(CoreError):
    """The photo has more bytes or pixels than allowed."""

    reason = FailureReason.PAYLOAD_TOO_LARGE


class UnsupportedMediaType(CoreError):
    """The photo is no JPEG, PNG or WebP, or the request is encoded."""

    reason = FailureReason.UNSUPPORTED_MEDIA_TYPE


class VersionConflict(CoreError):
    """Somebody changed the slot or the settings in between."""

    reason = FailureReason.VERSION_CONFLICT

    def __init__(self, version: int) -> None:
        """Say at which *version* they are now."""
        super().__init__(details={"version": version})


class IdempotencyKeyReused(CoreError):
    """The key belongs to a job with another photo."""

    reason = FailureReason.IDEMPOTENCY_KEY_REUSED


class QueueBusy(CoreError):
    """As many jobs are in flight, or photos on their way, as are allowed."""

    reason = FailureReason.QUEUE_BUSY


class RateLimited(CoreError):
    """Too many requests came from one address, or photos to one slot in one day."""

    reason = FailureReason.RATE_LIMITED


class Throttled(CoreError):
    """Too many wrong passwords came from one address, or for one account."""

    reason = FailureReason.THROTTLED


class JobEnded(CoreError):
    """Base of the ways in which a job ends without a picture and without anybody's fault."""


class SyncTimeout(JobEnded):
    """The picture was not ready inside the sync window."""

    reason = FailureReason.TIMEOUT


class JobCancelled(JobEnded):
    """The job was cancelled."""

    reason = FailureReason.JOB_CANCELLED


class Interrupted(JobEnded):
    """Somebody closed the job while it ran: its server was taken for dead."""

    reason = FailureReason.INTERRUPTED


class ProviderFailure(CoreError):
    """Base of what a provider does wrong. `detail` may quote the provider, never the key.

    Attributes:
        is_final: Whether this provider is not to be asked for this photo again, whatever the slot
            says: it takes the photo in once, and that has been paid for.
    """

    is_final: bool = False


class ProviderServerError(ProviderFailure):
    """The provider answered with a fault of its own (5xx)."""

    reason = FailureReason.PROVIDER_5XX


class ProviderBadResponse(ProviderFailure):
    """The provider's answer holds no usable picture."""

    reason = FailureReason.BAD_RESPONSE


class ProviderNoPicture(ProviderBadResponse):
    """The provider worked as it should, but what it made is no picture, or not a usable one.

    Providers see this now and then: another try may well succeed.
    """


class ProviderQuota(ProviderFailure):
    """The provider's quota or rate limit is used up."""

    reason = FailureReason.QUOTA


class ProviderUnreachable(ProviderFailure):
    """The provider cannot be reached, or the connection broke.

    Attributes:
        may_have_begun: Whether the order had left: it may be worked on, and charged for.
    """

    reason = FailureReason.NETWORK

    def __init__(self, detail: str = "", *, may_have_begun: bool = False) -> None:
        super().__init__(detail)
        self.may_have_begun = may_have_begun


class ProviderRefused(ProviderFailure):
    """The provider refuses this photo or prompt (content policy)."""

    reason = FailureReason.REFUSED


class ProviderMisconfigured(ProviderFailure):
    """Key, model or parameters are not what the provider wants."""

    reason = FailureReason.MISCONFIGURED


class PublicAddressMissing(ProviderMisconfigured):
    """The provider fetches pictures by links, but nobody knows how this server is reached."""

    def __init__(self) -> None:
        super().__init__(
            "the provider fetches pictures by links: set PUBLIC_BASE_URL, or "
            "PUBLIC_MEDIA_BASE_URL, to where this server is reached from outside",
            details={"problem": Problem.NO_PUBLIC_ADDRESS.value},
        )


class QueueUnavailable(CoreError):
    """The database does not answer."""

    reason = FailureReason.QUEUE_UNAVAILABLE


class StorageUnavailable(CoreError):
    """The media directory cannot be read or written."""

    reason = FailureReason.STORAGE_UNAVAILABLE


class AccountsUnavailable(StorageUnavailable):
    """The accounts cannot be read or kept."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, details={"problem": Problem.NO_ACCOUNTS.value})


class MediaForeign(StorageUnavailable):
    """The pictures in the media directory belong to another database."""

    def __init__(self, *, ours: str, theirs: str) -> None:
        super().__init__(
            f"the pictures belong to another database ({theirs}) than this one ({ours})"
        )


class StorageFull(CoreError):
    """There is no room left for media."""

    reason = FailureReason.STORAGE_FULL


class ShuttingDown(CoreError):
    """The server finishes what it has begun and takes nothing new."""

    reason = FailureReason.SHUTTING_DOWN


def reason_of(error: BaseException) -> FailureReason:
    """Return why *error* failed a job; what the core did not raise on purpose is internal."""
    return error.reason if isinstance(error, CoreError) else FailureReason.INTERNAL_ERROR


def in_short(error: BaseException) -> str:
    """Return *error* as a log may have it: words only of our own errors, which hold no secret.

    Others quote whatever they stumbled over.
    """
    return repr(error) if isinstance(error, CoreError) else type(error).__name__


def error_of(reason: FailureReason | None) -> CoreError:
    """Return the error for *reason*, to tell of a job whose own error nobody has any more."""
    if reason is FailureReason.INVALID_REQUEST:
        return InvalidRequest("fileToUpload", Problem.UNDECODABLE)
    return _ERROR_OF.get(reason, Interrupted)()


_ERROR_OF: Final[Mapping[FailureReason | None, type[CoreError]]] = {
    error.reason: error
    for error in (
        *(PayloadTooLarge, UnsupportedMediaType, StorageUnavailable, StorageFull),
        *(SyncTimeout, JobCancelled, Interrupted),
        *(ProviderServerError, ProviderBadResponse, ProviderQuota, ProviderUnreachable),
        *(ProviderRefused, ProviderMisconfigured),
    )
}
"""Why jobs fail."""
