"""One asking of a provider."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from .errors import FailureReason
from .moments import aware

MAX_DETAIL: Final = 300
"""Characters kept of what a provider said."""


class AttemptKind(StrEnum):
    """Why somebody is asked: for the first time, once more, or in place of somebody else."""

    FIRST = "first"
    RETRY = "retry"
    FALLBACK = "fallback"


@frozen(kw_only=True)
class Attempt:
    """One asking of a provider, as it is stored with its job.

    Attributes:
        number: From 1, within the job.
        model: The model asked, or the one that answered, as the provider names it.
        seconds: What the provider took, by the monotonic clock.
        failure_reason: None: it led to the job's picture.
        detail: What the provider said, cut to `MAX_DETAIL` characters; never shown to guests.
        usage: What the provider counts, by its own names (tokens).
        quota_left: What it says the account may still use up, by its own names.
    """

    number: int
    provider: str
    model: str | None = None
    started_at: datetime = field(validator=aware)
    seconds: float
    failure_reason: FailureReason | None = None
    detail: str = ""
    usage: Mapping[str, int] = field(factory=dict)
    quota_left: Mapping[str, int] = field(factory=dict)
