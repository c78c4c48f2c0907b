"""What becomes of booths' requests, in the one word under which they are counted."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from .errors import FailureReason
from .stats import PROVIDER_REASONS


class IngestOutcome(StrEnum):
    """What became of a booth's request.

    Attributes:
        DONE: It was answered with a picture made for it.
        JOINED: With one that was being made already.
        REPLAYED: With one that was there.
        DEGRADED: With the guest's own photo.
        TIMEOUT: The window was over: 504.
        PROVIDER_ERROR: The provider made no picture: 502 or 503.
        UNAVAILABLE: Database or disk are away, or the job was taken from its server: 503 or 507.
        INTERNAL_ERROR: A bug of ours: 500.
        REFUSED: For what the booth sent, or for a limit: 4xx.
        LEFT: Nobody waited for the answer.
    """

    DONE = "done"
    JOINED = "joined"
    REPLAYED = "replayed"
    DEGRADED = "degraded"
    TIMEOUT = "timeout"
    PROVIDER_ERROR = "provider_error"
    UNAVAILABLE = "unavailable"
    INTERNAL_ERROR = "internal_error"
    REFUSED = "refused"
    LEFT = "left"


_OF_REASON: Final[Mapping[FailureReason, IngestOutcome]] = {
    FailureReason.TIMEOUT: IngestOutcome.TIMEOUT,
    FailureReason.INTERNAL_ERROR: IngestOutcome.INTERNAL_ERROR,
    **dict.fromkeys(PROVIDER_REASONS, IngestOutcome.PROVIDER_ERROR),
    **dict.fromkeys(
        (
            FailureReason.QUEUE_UNAVAILABLE,
            FailureReason.STORAGE_UNAVAILABLE,
            FailureReason.STORAGE_FULL,
            FailureReason.SHUTTING_DOWN,
            FailureReason.JOB_CANCELLED,
            FailureReason.INTERRUPTED,
        ),
        IngestOutcome.UNAVAILABLE,
    ),
}


def outcome_of_error(reason: FailureReason) -> IngestOutcome:
    """Return under which word a request is counted that was answered with an error."""
    return _OF_REASON.get(reason, IngestOutcome.REFUSED)
